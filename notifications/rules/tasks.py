"""Rules for those who decide."""

from collections.abc import Iterator

from approvals.events import (
    RequestCancelled,
    RequestClosed,
    TaskAssigned,
    TaskDecided,
    TaskExpired,
    TaskReassigned,
)
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, due, moment, review, rule, things
from outbox.events import Envelope

_DID = {
    "APPROVED": "approved it",
    "REJECTED": "rejected it",
    "CHANGES_REQUESTED": "requested changes",
}


@rule("asked-to-decide", TaskAssigned, says="Everybody who may decide a new task is told.")
def of_assignment(event: TaskAssigned, envelope: Envelope) -> Iterator[Said]:
    asked = f"the group {event.group} is asked" if event.group else "you are asked"
    for assessor_id in event.assessor_ids:
        yield Note(
            recipient_id=assessor_id,
            kind=Kind.TASK_ASSIGNED,
            title=f"Please decide: {event.question_title}",
            body=due(event.due_at),
            reason=f"You get this because {asked} to decide this question.",
            url=review(event.task_id),
            cause=task(event.task_id),
            about=things(question=event.question_id, requester=event.requester_id),
            due_at=moment(event.due_at),
        )


@rule("given-a-place", TaskReassigned, says="Who gets another's place on a task is told.")
def of_reassignment(event: TaskReassigned, envelope: Envelope) -> Iterator[Said]:
    """And what told the one who had the place withdraws."""
    yield Settled(
        cause=task(event.task_id),
        person_id=event.from_assessor_id,
        said=f"{envelope.actor.label} gave it to another assessor."
        if envelope.actor.id != event.from_assessor_id
        else "You gave it to another assessor.",
    )
    yield Note(
        recipient_id=event.to_assessor_id,
        kind=Kind.TASK_PASSED_ON,
        title=f"Passed to you: {event.question_title}",
        body=due(event.due_at),
        reason=f"You get this because {envelope.actor.label} gave you this task.",
        url=review(event.task_id),
        cause=task(event.task_id),
        about=things(question=event.question_id, requester=event.requester_id),
        due_at=moment(event.due_at),
    )


@rule("task-decided", TaskDecided, says="What told of a task withdraws once it is decided.")
def of_decision(event: TaskDecided, envelope: Envelope) -> Iterator[Said]:
    """For whoever decided at once; for the others when enough have."""
    did = _DID.get(event.verdict, "decided it")
    yield Settled(cause=task(event.task_id), person_id=event.assessor_id, said=f"You {did}.")
    if event.outcome:
        yield Settled(cause=task(event.task_id), said=f"{envelope.actor.label} {did}.")


@rule("task-expired", TaskExpired, says="What told of a task withdraws when its time is up.")
def of_expiry(event: TaskExpired, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=task(event.task_id), said="The time to decide ran out.")


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
