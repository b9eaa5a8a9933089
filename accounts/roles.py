"""What a person or program may do here: roles, kept as Django groups with fixed names."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from accounts.models import User

ADMINISTRATORS = "administrators"
ASSESSORS = "assessors"
REQUESTERS = "requesters"
AUDITORS = "auditors"
ALL_ROLES = (ADMINISTRATORS, ASSESSORS, REQUESTERS, AUDITORS)
# For the accounts of other services: their tokens may report to the audit trail, or have people
# notified, and no more.
REPORTERS = "reporters"
NOTIFIERS = "notifiers"
KEPT_GROUPS = (*ALL_ROLES, REPORTERS, NOTIFIERS)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def has_role(user: User | AnonymousUser, *roles: str) -> bool:
    """
    Whether this person has at least one of the roles. A superuser has every role.

    Asks the database once per user object at most; someone who came in through a sign-in or a
    token brought the names along.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or not user.cached_role_names().isdisjoint(roles)


def role_required(*roles: str) -> Callable[[View], View]:
    """
    Keep a view for people with one of the roles.

    Everybody else gets a 403; someone not signed in is asked to sign in first.
    """

    def allowed(user: User | AnonymousUser) -> bool:
        if user.is_authenticated and not has_role(user, *roles):
            raise PermissionDenied
        return user.is_authenticated

    return user_passes_test(allowed)


def ensure_roles(**_: Any) -> None:
    """
    Create the groups that are missing.

    Runs after every `migrate` and `flush`, as Django does for its own permissions: a migration
    alone would leave a flushed database without them.
    """
    for name in KEPT_GROUPS:
        Group.objects.get_or_create(name=name)
