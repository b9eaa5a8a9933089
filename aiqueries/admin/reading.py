"""Who may look, who may say, and what is the same on several pages."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from core.admin import ReadOnly
from core.errors import DomainError


def person(request: HttpRequest) -> User:
    """Who is signed in: the admin lets nobody else in."""
    return cast(User, request.user)


def is_administrator(request: HttpRequest) -> bool:
    return has_role(request.user, ADMINISTRATORS)


def refuse_as_service(form: forms.BaseForm, check: Callable[..., None], **said: Any) -> None:
    """Have the form refuse what the use case would, beside the field at fault."""
    try:
        check(**said)
    except DomainError as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))


class Shown:
    """Open to administrators and auditors."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """For the actions that call for it."""
        return is_administrator(request)


class Readable(Shown, ReadOnly):
    """To read. What happened stays as it happened."""


class AddOnly(Shown):
    """Administrators say something new; what was said before stays to be read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Editable(AddOnly):
    """Administrators add and change."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)
