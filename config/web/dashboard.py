"""The first page of the admin: how things stand, at a glance."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from approvals import selectors as approvals
from outbox import selectors as outbox


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with a line below it, and where it leads."""

    title: str
    number: str
    footer: str
    url: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by Unfold for admin/index.html."""
    context["figures"] = _figures()
    context["load"] = {
        "headers": ["Assessor", "Open tasks", "Due first"],
        "rows": [
            [row.name, row.open, f"{row.first_due_at:%d %b, %H:%M}"]
            for row in approvals.open_work_by_assessor()
        ],
    }
    return context


def pending_badge(request: HttpRequest) -> str:
    """How many tasks are open, for the sidebar."""
    return _shown(approvals.task_counts().pending)


def _figures() -> list[Figure]:
    counts, backlog = approvals.task_counts(), outbox.backlog()
    tasks = reverse("admin:approvals_approvaltask_changelist")
    overdue = urlencode({"status__exact": "PENDING", "due_at__lt": timezone.now().isoformat()})
    return [
        Figure(
            title="Pending",
            number=_shown(counts.pending),
            footer="tasks wait for a verdict",
            url=f"{tasks}?status__exact=PENDING",
        ),
        Figure(
            title="Overdue",
            number=_shown(counts.overdue),
            footer="about to expire",
            url=f"{tasks}?{overdue}",
        ),
        Figure(
            title="Decided today",
            number=_shown(counts.decided_today),
            footer=f"{counts.approved_today} approvals",
            url=reverse("admin:approvals_decision_changelist"),
        ),
        Figure(
            title="Dead deliveries",
            number=_shown(backlog.dead),
            footer=f"{backlog.waiting} wait for the relay",
            url=f"{reverse('admin:outbox_delivery_changelist')}?status__exact=DEAD",
        ),
    ]


def _shown(number: int) -> str:
    most = approvals.COUNT_UP_TO
    return f"{most - 1:,}+" if number >= most else f"{number:,}"
