"""Which people an event concerns, and what to tell each of them, and why them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from approvals.events import (
    RepairParked,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
    TaskAssigned,
    TaskExpired,
    TaskReassigned,
)
from notifications.models import Notification
from outbox.events import Envelope

Kind = Notification.Kind


@dataclass(frozen=True, kw_only=True)
class Note:
    """
    What one person is to be told.

    `title` may quote the question and stays inside the product; `body` and `reason` go into
    e-mails and hold no word of it. `url` is a path that only opens a page.
    """

    recipient_id: str
    kind: Kind
    title: str
    body: str
    reason: str
    url: str
    by_email: bool = False


def of_assignment(event: TaskAssigned, envelope: Envelope) -> Iterator[Note]:
    """To everybody who may decide the task."""
    asked = f"the group {event.group} is asked" if event.group else "you are asked"
    for assessor_id in event.assessor_ids:
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.TASK_ASSIGNED,
            title=f"Please decide: {event.question_title}",
            body=_due(event.due_at),
            reason=f"You get this because {asked} to decide this question.",
            url=_review(event.task_id),
            by_email=True,
        )


def of_reassignment(event: TaskReassigned, envelope: Envelope) -> Iterator[Note]:
    """To the one who has the place now, and to the one who had it."""
    yield Note(
        recipient_id=event.to_assessor_id,
        kind=Kind.TASK_PASSED_ON,
        title=f"Passed to you: {event.question_title}",
        body=_due(event.due_at),
        reason=f"You get this because {envelope.actor.label} gave you this task.",
        url=_review(event.task_id),
        by_email=True,
    )
    yield Note(
        recipient_id=event.from_assessor_id,
        kind=Kind.TASK_TAKEN_AWAY,
        title=f"Given to another assessor: {event.question_title}",
        body="You need not decide it any more.",
        reason="You get this because the task was yours before.",
        url=_request(event.request_id),
    )


def of_expiry(event: TaskExpired, envelope: Envelope) -> Iterator[Note]:
    """To those who did not decide. The requester hears of the outcome when the request closes."""
    for assessor_id in event.assessor_ids:
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.TASK_EXPIRED,
            title=f"Time ran out: {event.question_title}",
            body="The task can no longer be decided.",
            reason="You get this because you were asked to decide this question.",
            url=_request(event.request_id),
        )


def of_wanted_changes(event: RevisionRequested, envelope: Envelope) -> Iterator[Note]:
    """To the requester, for whom the workflow waits now."""
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REVISION_REQUESTED,
        title=f"Changes requested: {event.question_title}",
        body="The workflow waits for a new version from you.",
        reason="You get this because you asked for approval of this question.",
        url=_request(event.request_id),
        by_email=True,
    )


def of_withdrawal(event: RequestCancelled, envelope: Envelope) -> Iterator[Note]:
    """To those whose task vanished, and to a requester whose request somebody else withdrew."""
    for assessor_id in event.assessor_ids:
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.REQUEST_WITHDRAWN,
            title=f"Withdrawn: {event.question_title}",
            body="You need not decide it any more.",
            reason="You get this because you were asked to decide this question.",
            url=_request(event.request_id),
        )
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_WITHDRAWN,
        title=f"Withdrawn: {event.question_title}",
        body=f"{envelope.actor.label} withdrew your request.",
        reason="You get this because you asked for approval of this question.",
        url=_request(event.request_id),
        by_email=True,
    )


_OUTCOMES = {
    "APPROVED": ("Approved", "Your question was approved."),
    "REJECTED": ("Rejected", "Your question was rejected."),
    "EXPIRED": ("Not decided in time", "Nobody decided your question in time."),
}
_FAULT = ("Not carried out", "The workflow ended by a fault. An administrator can see why.")


def of_outcome(event: RequestClosed, envelope: Envelope) -> Iterator[Note]:
    """To the requester."""
    word, sentence = _OUTCOMES.get(event.status, _FAULT)
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_CLOSED,
        title=f"{word}: {event.question_title}",
        body=sentence,
        reason="You get this because you asked for approval of this question.",
        url=_request(event.request_id),
        by_email=True,
    )


def of_reopening(event: RequestReopened, envelope: Envelope) -> Iterator[Note]:
    """To the requester, who was told that a fault had ended it."""
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_REOPENED,
        title=f"Goes on: {event.question_title}",
        body="The fault is repaired, and your request is under review again.",
        reason="You get this because you asked for approval of this question.",
        url=_request(event.request_id),
    )


def of_parked_repair(event: RepairParked, envelope: Envelope) -> Iterator[Note]:
    """To the administrators. Many may come at once, so none goes by e-mail."""
    for person_id in event.administrator_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.REPAIR_PARKED,
            title=f"Needs seeing to: {event.title}",
            body=event.reason,
            reason="You get this because you are an administrator.",
            url="/activity/#repairs",
        )


# Written out rather than reversed: workers would load every page of the site for two addresses.
def _review(task_id: str) -> str:
    return f"/tasks/{task_id}/"


def _request(request_id: str) -> str:
    return f"/requests/{request_id}/"


def _due(due_at: str) -> str:
    if not due_at:
        return ""
    due = datetime.fromisoformat(due_at).astimezone(UTC)
    return f"Due {due.day} {due:%B %Y, %H:%M} UTC."
