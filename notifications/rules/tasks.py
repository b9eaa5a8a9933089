"""Rules for those who decide."""

from collections.abc import Iterator
from typing import Any

from approvals.events import (
    AssessorAway,
    RequestCancelled,
    RequestClosed,
    TaskAssigned,
    TaskClaimed,
    TaskDecided,
    TaskExpired,
    TaskOverdue,
    TaskReassigned,
    TaskReleased,
    TaskReminderDue,
)
from notifications.kinds import Kind
from notifications.rules.rule import (
    Note,
    Said,
    Settled,
    due,
    moment,
    request,
    review,
    rule,
    things,
    was_due,
    written,
)
from outbox.events import Envelope

_DID = {
    "APPROVED": "approved it",
    "REJECTED": "rejected it",
    "CHANGES_REQUESTED": "requested changes",
}
_ASKED_FOR = "You get this because you asked for approval of this question."
_NAMED = "You get this because the policy has you told when a decision is in doubt."
_ESCALATED = "You get this because the policy has you told when a decision is overdue."


@rule("asked-to-decide", TaskAssigned, says="Everybody who may decide a new task is told.")
def of_assignment(event: TaskAssigned, envelope: Envelope) -> Iterator[Said]:
    # Whoever is away is not asked: their substitutes hear of it as they get the place.
    for assessor_id in event.assessor_ids:
        if assessor_id in event.away_ids:
            continue
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.TASK_ASSIGNED,
            title=f"Please decide: {event.question_title}",
            body=due(event.due_at),
            reason=_asked(event.group),
            url=review(event.task_id),
            cause=task(event.task_id),
            about=_about(event),
            due_at=moment(event.due_at),
        )


@rule("due-soon", TaskReminderDue, says="Who has not decided a task is reminded before it is due.")
def of_reminder(event: TaskReminderDue, envelope: Envelope) -> Iterator[Said]:
    """It takes the place of the task's own row in their lists."""
    for assessor_id in event.assessor_ids:
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.TASK_REMINDER,
            title=f"Due soon: {event.question_title}",
            body=due(event.due_at),
            reason=_asked(event.group),
            url=review(event.task_id),
            cause=task(event.task_id),
            about=_about(event),
            due_at=moment(event.due_at),
        )


@rule("overdue", TaskOverdue, says="Who has not decided is told, and whom the policy names.")
def of_overdue(event: TaskOverdue, envelope: Envelope) -> Iterator[Said]:
    """Those asked first: who is both decides rather than sees to it."""
    for assessor_id in event.assessor_ids:
        yield _overdue(event, assessor_id, url=review(event.task_id), reason=_asked(event.group))
    for person_id in event.escalated_ids:
        yield _overdue(event, person_id, url=request(event.request_id), reason=_ESCALATED)


def _overdue(event: TaskOverdue, person_id: str, *, url: str, reason: str) -> Note:
    return Note(
        recipient_id=person_id,
        kind=Kind.TASK_OVERDUE,
        title=f"Overdue: {event.question_title}",
        body=f"{was_due(event.due_at)} A verdict counts until {written(event.closes_at)}.",
        reason=reason,
        url=url,
        cause=task(event.task_id),
        about=_about(event),
        due_at=moment(event.closes_at),
    )


def _asked(group: str) -> str:
    asked = f"the group {group} is asked" if group else "you are asked"
    return f"You get this because {asked} to decide this question."


@rule("seat-taken", TaskClaimed, says="What told a group withdraws once no place is free.")
def of_claim(event: TaskClaimed, envelope: Envelope) -> Iterator[Said]:
    """From those without a place: whoever has one is still to decide."""
    what = "it" if event.seats == 1 else "the last place"
    yield from _closed(event, f"{envelope.actor.label} took {what}.")


@rule("seat-free", TaskReleased, says="The group hears of a task again when a place is free.")
def of_release(event: TaskReleased, envelope: Envelope) -> Iterator[Said]:
    for person_id in event.open_to_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.TASK_FREE_AGAIN,
            title=f"Free again: {event.question_title}",
            body=f"{envelope.actor.label} gave it back. {due(event.due_at)}".strip(),
            reason=_asked(event.group),
            url=review(event.task_id),
            cause=task(event.task_id),
            about=things(question=event.question_id, requester=event.requester_id),
            due_at=moment(event.due_at),
        )


def _closed(event: TaskClaimed | TaskDecided, said: str) -> Iterator[Settled]:
    for person_id in event.closed_to_ids:
        yield Settled(cause=task(event.task_id), person_id=person_id, said=said)


@rule("given-a-place", TaskReassigned, says="Who gets another's place on a task is told.")
def of_reassignment(event: TaskReassigned, envelope: Envelope) -> Iterator[Said]:
    """And what told the one who had the place withdraws."""
    yield Settled(
        cause=task(event.task_id),
        person_id=event.from_assessor_id,
        said=_gave(event, envelope),
    )
    yield Note(
        recipient_id=event.to_assessor_id,
        kind=Kind.TASK_PASSED_ON,
        title=f"Passed to you: {event.question_title}",
        body=due(event.due_at),
        reason=f"You get this because {_why_theirs(event, envelope)}.",
        url=review(event.task_id),
        cause=task(event.task_id),
        about=_about(event),
        due_at=moment(event.due_at),
    )


def _gave(event: TaskReassigned, envelope: Envelope) -> str:
    if event.because == "AWAY":
        return "It went to your substitute, as you are away."
    if envelope.actor.id == event.from_assessor_id:
        return "You gave it to another assessor."
    return f"{envelope.actor.label} gave it to another assessor."


def _why_theirs(event: TaskReassigned, envelope: Envelope) -> str:
    who = envelope.actor.label
    if event.because == "AWAY":
        return f"you stand in for {who}, who is away until {written(event.away_until)}"
    return f"{who} gave you this task"


@rule("nobody-stands-in", AssessorAway, says="Whom the policy names hears that nobody stands in.")
def of_absence(event: AssessorAway, envelope: Envelope) -> Iterator[Said]:
    """Or else the requester, who can have it reassigned or withdraw it."""
    for person_id in event.escalated_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.ASSESSOR_AWAY,
            title=f"Nobody stands in: {event.question_title}",
            body=f"{envelope.actor.label} is away until {written(event.away_until)}, and nobody "
            f"stands in. {due(event.due_at)}",
            reason=_ASKED_FOR if person_id == event.requester_id else _NAMED,
            url=request(event.request_id),
            cause=task(event.task_id),
            about=things(question=event.question_id, requester=event.requester_id),
            due_at=moment(event.due_at),
        )


@rule("task-decided", TaskDecided, says="What told of a task withdraws once it is decided.")
def of_decision(event: TaskDecided, envelope: Envelope) -> Iterator[Said]:
    """For whoever decided at once; for the others when enough have."""
    did = _DID.get(event.verdict, "decided it")
    yield Settled(cause=task(event.task_id), person_id=event.assessor_id, said=f"You {did}.")
    yield from _closed(event, f"{envelope.actor.label} took the last place.")
    if event.outcome:
        yield Settled(cause=task(event.task_id), said=f"{envelope.actor.label} {did}.")


@rule("task-expired", TaskExpired, says="What told of a task withdraws when its time is up.")
def of_expiry(event: TaskExpired, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=task(event.task_id), said="The time to decide ran out.")
    for person_id in event.escalated_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.TASK_OVERDUE,
            title=f"Not decided in time: {event.question_title}",
            body="Nobody decided it before its time ran out.",
            reason=_ESCALATED,
            url=request(event.request_id),
            cause=f"expired:{event.task_id}",
            about=_about(event),
        )


@rule("task-cancelled", RequestCancelled, says="What told of a task withdraws with its request.")
def of_withdrawal(event: RequestCancelled, envelope: Envelope) -> Iterator[Said]:
    for task_id in event.task_ids:
        yield Settled(cause=task(task_id), said=f"{envelope.actor.label} withdrew the request.")


@rule("task-closed", RequestClosed, says="What told of a task withdraws with its request.")
def of_closing(event: RequestClosed, envelope: Envelope) -> Iterator[Said]:
    """A request may close while a task of it is open, where its workflow broke off."""
    for task_id in event.task_ids:
        yield Settled(cause=task(task_id), said="The request is closed.")


def task(task_id: str) -> str:
    """The cause that all news of one task share."""
    return f"task:{task_id}"


def _about(event: Any) -> tuple[str, ...]:
    return things(
        question=event.question_id, requester=event.requester_id, request=event.request_id
    )
