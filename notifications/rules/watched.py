"""Rules for those who watch a question, or somebody's work."""

from collections.abc import Callable, Iterator
from typing import Any

from approvals.events import (
    QuestionRevised,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
    TaskAssigned,
    TaskClaimed,
    TaskDecided,
    TaskExpired,
    TaskOverdue,
    TaskReassigned,
    TaskReleased,
)
from notifications.rules.rule import Rule, Said, Step, request, rule, things
from outbox.events import DomainEvent, Envelope

_DECIDED = {
    "APPROVED": "{who} approved it.",
    "REJECTED": "{who} rejected it.",
    "CHANGES_REQUESTED": "{who} asked for changes.",
}
_CLOSED = {
    "APPROVED": "It is approved.",
    "REJECTED": "It is rejected.",
    "EXPIRED": "Nobody decided it in time.",
}
Words = Callable[[Any, Envelope], str]


def _watched(name: str, event: type[DomainEvent], words: Words, *, what: str) -> Rule:
    """
    A rule that tells watchers of these events; `what` they are, after "is told".

    Of an event for which there are no `words` nobody is told.
    """
    says = f"Whoever watches a question, or the work of its requester, is told {what}."

    @rule(name, event, says=says)
    def write(event: Any, envelope: Envelope) -> Iterator[Said]:
        body = words(event, envelope)
        if body and event.request_id and event.question_id:
            yield Step(
                title=f"Moved on: {event.question_title}",
                body=body,
                url=request(event.request_id),
                cause=f"watched:{event.question_id}",
                about=things(
                    question=event.question_id,
                    requester=event.requester_id,
                    request=event.request_id,
                ),
                sees=("request", event.request_id),
            )

    return write


def _assigned(event: TaskAssigned, envelope: Envelope) -> str:
    if event.stage:
        return f"Stage {event.stage + 1} was given out for a decision."
    return "Approval was asked for, and it was given out for a decision."


def _decided(event: TaskDecided, envelope: Envelope) -> str:
    return _DECIDED.get(event.verdict, "{who} decided it.").format(who=envelope.actor.label)


def _revised(event: QuestionRevised, envelope: Envelope) -> str:
    return f"{envelope.actor.label} wrote version {event.version}."


of_assignment = _watched(
    "watched-given-out", TaskAssigned, _assigned, what="when it is given out for a decision"
)
of_reassignment = _watched(
    "watched-passed-on",
    TaskReassigned,
    lambda event, envelope: f"{envelope.actor.label} gave a place to another assessor.",
    what="when a place goes to another assessor",
)
of_claim = _watched(
    "watched-claimed",
    TaskClaimed,
    lambda event, envelope: f"{envelope.actor.label} took a seat to decide it.",
    what="when a member of a group takes a seat on a task",
)
of_release = _watched(
    "watched-released",
    TaskReleased,
    lambda event, envelope: f"{envelope.actor.label} gave the seat back.",
    what="when somebody gives a seat back",
)
of_overdue = _watched(
    "watched-overdue",
    TaskOverdue,
    lambda event, envelope: "" if event.number else "A decision on it is overdue.",
    what="once when a decision is overdue",
)
of_decision = _watched("watched-decided", TaskDecided, _decided, what="of each decision")
of_expiry = _watched(
    "watched-expired",
    TaskExpired,
    lambda event, envelope: "The time to decide ran out.",
    what="when the time to decide runs out",
)
of_wanted_changes = _watched(
    "watched-changes-wanted",
    RevisionRequested,
    lambda event, envelope: "A new version is asked for.",
    what="when changes are wanted",
)
of_revision = _watched("watched-revised", QuestionRevised, _revised, what="of each new version")
of_withdrawal = _watched(
    "watched-withdrawn",
    RequestCancelled,
    lambda event, envelope: f"{envelope.actor.label} withdrew the request.",
    what="when the request is withdrawn",
)
of_outcome = _watched(
    "watched-closed",
    RequestClosed,
    lambda event, envelope: _CLOSED.get(event.status, "The workflow ended by a fault."),
    what="how the request ended",
)
of_reopening = _watched(
    "watched-reopened",
    RequestReopened,
    lambda event, envelope: "A fault is repaired, and it is under review again.",
    what="when the request goes on after a fault",
)
