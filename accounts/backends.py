from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role


def typed_address(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """
    Whose password is being guessed, for the count of wrong ones.

    In small letters: the same address in other letters must not start a count of its own.
    """
    return str((credentials or request.POST).get("username", "")).strip().lower()[:254]


def somebody(*_: Any) -> str:
    """How logs call whoever signs in: who it was and from where is in the audit trail."""
    return "somebody"


class PersonBackend(ModelBackend):
    """E-mail address and password. Brings the person's roles along with each request's user."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        address = (username or "").strip()
        user = super().authenticate(request, username=address, password=password)
        return user if isinstance(user, User) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Administrators may use all of the admin, which keeps what must not change read-only."""
        return has_role(user_obj, ADMINISTRATORS) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return has_role(user_obj, ADMINISTRATORS) or super().has_module_perms(user_obj, app_label)

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
