"""Who may read an execution. Apps above say who else may, since only they know the people."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser

from accounts import roles
from accounts.models import User

Reader = Callable[[User, str], bool]
R = TypeVar("R", bound=Reader)

_readers: list[Reader] = []


def reads_executions(function: R) -> R:
    """
    Register a rule: `def f(user, name) -> bool`, with the execution's name.

    One rule that says yes is enough; a rule that knows nothing of the execution says no.
    """
    _readers.append(function)
    return function


def may_list(user: User | AnonymousUser) -> bool:
    """The list of all executions is for administrators and auditors."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return roles.has_role(user, roles.ADMINISTRATORS, roles.AUDITORS)


def may_read(user: User | AnonymousUser, name: str) -> bool:
    """Administrators and auditors read every execution, others where a rule lets them."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return may_list(user) or any(allows(user, name) for allows in _readers)
