"""Who may look, and why nobody may edit."""

from typing import Any, Protocol, cast

from django.http import HttpRequest
from unfold.decorators import display

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from approvals import services
from core.admin import ReadOnly


def person(request: HttpRequest) -> User:
    """Who is signed in: the admin lets nobody else in."""
    return cast(User, request.user)


# Unfold's colours for what became of something.
LABELS = {
    "PENDING": "info",
    "APPROVED": "success",
    "REJECTED": "danger",
    "CHANGES_REQUESTED": "warning",
    "EXPIRED": "danger",
    "FAILED": "danger",
}


class WithStatus(Protocol):
    status: str

    def get_status_display(self) -> str: ...


class Labelled:
    """Shows the status as a coloured label in lists, as `status_label`."""

    @display(description="Status", ordering="status", label=LABELS)  # type: ignore[untyped-decorator]
    def status_label(self, thing: WithStatus) -> tuple[str, str]:
        return thing.status, thing.get_status_display()


class Noticed:
    """Writes down who was shown the question, or the version, on its page."""

    def render_change_form(
        self, request: HttpRequest, context: Any, obj: Any = None, **more: Any
    ) -> Any:
        if obj is not None:
            services.note_reading(obj, by=person(request), through="admin")
        return super().render_change_form(request, context, obj=obj, **more)  # type: ignore[misc]


class Readable(ReadOnly):
    """Open to administrators and auditors, to read. What happened stays as it happened."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """For the actions that call for it."""
        return has_role(request.user, ADMINISTRATORS)
