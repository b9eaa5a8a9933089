"""A sample of each kind of mail, about people and questions that are made up."""

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import User
from core.letters import sample
from notifications.bridges.mail.composing import compose, compose_digest
from notifications.kinds import Because, Kind
from notifications.models import Delivery, Digest, Notification, PersonSettings

_ASHA = User(id=uuid.UUID(int=1), name="Asha Rao", email="asha@example.com")
_ASKED = "You get this because you are asked to decide this question."
_YOURS = "You get this because you asked for approval of this question."
_TASK, _REQUEST = f"/tasks/{uuid.UUID(int=2)}/", f"/requests/{uuid.UUID(int=3)}/"

# What each kind says: body, reason, the page it leads to, and in how many hours it is due.
_SAID: dict[Kind, tuple[str, str, str, float | None]] = {
    Kind.TASK_ASSIGNED: ("{due}", _ASKED, _TASK, 26),
    Kind.TASK_PASSED_ON: (
        "{due}",
        "You get this because Ada Okafor gave you this task.",
        _TASK,
        50,
    ),
    Kind.TASK_FREE_AGAIN: ("{due}", _ASKED, _TASK, 26),
    Kind.TASK_TAKEN_AWAY: ("Ada Okafor gave it to another assessor.", _ASKED, "/inbox/", None),
    Kind.TASK_REMINDER: ("{due}", _ASKED, _TASK, 2),
    Kind.TASK_OVERDUE: ("{was_due}", _ASKED, _TASK, -3),
    Kind.TASK_EXPIRED: ("The time to decide ran out.", _ASKED, "/inbox/", None),
    Kind.REVISION_REQUESTED: (
        "The workflow waits for a new version from you.",
        _YOURS,
        _REQUEST,
        None,
    ),
    Kind.REQUEST_WITHDRAWN: ("Ben Novak withdrew your request.", _YOURS, _REQUEST, None),
    Kind.REQUEST_CLOSED: ("Your question was approved.", _YOURS, _REQUEST, None),
    Kind.REQUEST_REOPENED: (
        "The fault is repaired, and your request is under review again.",
        _YOURS,
        _REQUEST,
        None,
    ),
    Kind.WATCHED: (
        "Ada Okafor approved it.",
        "You get this because you watch this question.",
        _REQUEST,
        None,
    ),
    Kind.QUERY_ENDED: (
        "The answer is there.",
        "You get this because you asked.",
        f"/ai/queries/{uuid.UUID(int=4)}/",
        None,
    ),
    Kind.BUDGET_LOW: (
        "8.10 of 10.00 US dollars of this month."
        " When nothing is left, only models that cost nothing answer.",
        "You get this because the budget is yours.",
        "/ai/",
        None,
    ),
    Kind.REPAIR_PARKED: (
        "The workflow knows more than we do.",
        "You get this because you are an administrator.",
        "/activity/#repairs",
        None,
    ),
    Kind.CHANNEL_FAILED: (
        "Your webhook “Marks office” has not taken a message for five days and is switched off.",
        "You get this because the webhook is yours.",
        "/notifications/settings/",
        None,
    ),
    Kind.FROM_SERVICE: (
        "The marks of June are ready.",
        "You get this because the service billing asked us to tell you.",
        "/",
        None,
    ),
}
_USUAL = ("", _ASKED, _REQUEST, None)
_DIGESTED = (
    *(Kind.REQUEST_CLOSED, Kind.TASK_ASSIGNED, Kind.WATCHED, Kind.TASK_OVERDUE),
    *(Kind.REVISION_REQUESTED, Kind.TASK_REMINDER, Kind.TASK_PASSED_ON),
)


def single(kind: Kind) -> EmailMessage:
    """The mail about one notification of this kind."""
    return compose(_delivery(_notification(kind)))


def digest(held: Because, every: str) -> EmailMessage:
    """The mail about several things that waited."""
    deliveries = [
        _delivery(_notification(kind, number), held=held.value)
        for number, kind in enumerate(_DIGESTED, start=1)
    ]
    made = Digest(id=1, recipient=_ASHA, channel="EMAIL", due_at=timezone.now())
    return compose_digest(made, deliveries, every=every)


def _notification(kind: Kind, number: int = 1) -> Notification:
    body, reason, url, hours = _SAID.get(kind, _USUAL)
    due_at = timezone.now() + timedelta(hours=hours) if hours else None
    said = _moment(due_at)
    return Notification(
        id=number,
        recipient=_ASHA,
        cause=f"sample:{kind}",
        event_id=uuid.UUID(int=4),
        kind=kind,
        body=body.format(due=f"Due {said}.", was_due=f"It was due {said}."),
        reason=reason,
        url=url,
        due_at=due_at,
        rank=number,
    )


def _delivery(told: Notification, held: str = "") -> Delivery:
    return Delivery(
        id=told.pk, notification=told, recipient=_ASHA, event_id=told.event_id, held=held
    )


def _moment(at: datetime | None) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC" if at else ""


for _kind in Kind:
    sample(_kind.lower().replace("_", "-"), _kind.label)(partial(single, _kind))
for _every in PersonSettings.Every:
    sample(f"digest-{_every.lower()}", f"Digest: {_every.label.lower()}")(
        partial(digest, Because.DIGESTED, _every)
    )
sample("after-quiet-hours", "What came in quiet hours")(
    partial(digest, Because.QUIET_HOURS, PersonSettings.Every.DAILY)
)
sample("throttled", "What was too much for an hour")(
    partial(digest, Because.THROTTLED, PersonSettings.Every.DAILY)
)
