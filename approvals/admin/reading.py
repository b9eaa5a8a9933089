"""Who may look, and why nobody may edit."""

from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role


def person(request: HttpRequest) -> User:
    """Who is signed in: the admin lets nobody else in."""
    return cast(User, request.user)


class Readable:
    """Open to administrators and auditors, to read. What happened stays as it happened."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """For the actions that call for it."""
        return has_role(request.user, ADMINISTRATORS)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
