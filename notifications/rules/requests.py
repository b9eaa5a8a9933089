"""Rules for those who asked."""

from collections.abc import Iterator

from approvals.events import (
    QuestionRevised,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
)
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, request, rule, things
from outbox.events import Envelope

_ASKED = "You get this because you asked for approval of this question."
_OUTCOMES = {
    "APPROVED": ("Approved", "Your question was approved."),
    "REJECTED": ("Rejected", "Your question was rejected."),
    "EXPIRED": ("Not decided in time", "Nobody decided your question in time."),
}
_FAULT = ("Not carried out", "The workflow ended by a fault. An administrator can see why.")


@rule("changes-wanted", RevisionRequested, says="The requester is told that changes are wanted.")
def of_wanted_changes(event: RevisionRequested, envelope: Envelope) -> Iterator[Said]:
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REVISION_REQUESTED,
        title=f"Changes requested: {event.question_title}",
        body="The workflow waits for a new version from you.",
        reason=_ASKED,
        url=request(event.request_id),
        cause=_revision(event.request_id),
        about=things(question=event.question_id, request=event.request_id),
    )


@rule("changes-made", QuestionRevised, says="What told of wanted changes withdraws with them.")
def of_revision(event: QuestionRevised, envelope: Envelope) -> Iterator[Said]:
    if event.request_id:
        yield Settled(
            cause=_revision(event.request_id),
            said=f"{envelope.actor.label} wrote version {event.version}.",
        )


@rule("request-withdrawn", RequestCancelled, says="The requester is told who withdrew it.")
def of_withdrawal(event: RequestCancelled, envelope: Envelope) -> Iterator[Said]:
    yield Settled(
        cause=_revision(event.request_id), said=f"{envelope.actor.label} withdrew the request."
    )
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_WITHDRAWN,
        title=f"Withdrawn: {event.question_title}",
        body=f"{envelope.actor.label} withdrew your request.",
        reason=_ASKED,
        url=request(event.request_id),
        cause=_outcome(event.request_id),
        about=things(question=event.question_id, request=event.request_id),
    )


@rule("request-closed", RequestClosed, says="The requester is told how it ended.")
def of_outcome(event: RequestClosed, envelope: Envelope) -> Iterator[Said]:
    word, sentence = _OUTCOMES.get(event.status, _FAULT)
    yield Settled(cause=_revision(event.request_id), said="The request is closed.")
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_CLOSED,
        title=f"{word}: {event.question_title}",
        body=sentence,
        reason=_ASKED,
        url=request(event.request_id),
        cause=_outcome(event.request_id),
        about=things(question=event.question_id, request=event.request_id),
    )


@rule("request-reopened", RequestReopened, says="The requester is told that it goes on after all.")
def of_reopening(event: RequestReopened, envelope: Envelope) -> Iterator[Said]:
    """They had been told that a fault had ended it."""
    yield Note(
        recipient_id=event.requester_id,
        kind=Kind.REQUEST_REOPENED,
        title=f"Goes on: {event.question_title}",
        body="The fault is repaired, and your request is under review again.",
        reason=_ASKED,
        url=request(event.request_id),
        cause=_outcome(event.request_id),
        about=things(question=event.question_id, request=event.request_id),
    )


def _revision(request_id: str) -> str:
    return f"revision:{request_id}"


def _outcome(request_id: str) -> str:
    return f"outcome:{request_id}"
