"""Who may do what with AI queries: said once, and used by page, API and admin alike."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, REQUESTERS, has_role
from aiqueries.exceptions import NotAnAsker

MAY_ASK = (ADMINISTRATORS, ASSESSORS, REQUESTERS)
MAY_SEE_COSTS = (ADMINISTRATORS, AUDITORS)
MAY_SEE_ACCEPTANCE = (ADMINISTRATORS, ASSESSORS)


def may_ask(user: User | AnonymousUser) -> bool:
    """Whoever has work to do here; auditors look on."""
    return has_role(user, *MAY_ASK)


def ensure_may_ask(user: User) -> None:
    if not may_ask(user):
        raise NotAnAsker("Only assessors, requesters and administrators can ask a model.")
