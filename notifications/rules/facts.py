"""What the organisation's own endpoints are told of: ids and states, no words of a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiqueries.events import (
    BudgetNearlySpent,
    BudgetUsedUp,
    QueryAnswered,
    QueryCancelled,
    QueryExpired,
    QueryFailed,
)
from approvals.events import (
    QuestionRevised,
    RepairParked,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
    TaskAssigned,
    TaskDecided,
    TaskExpired,
    TaskOverdue,
    TaskReassigned,
)
from outbox.events import DomainEvent

_WORDS = {
    "APPROVED": "approved",
    "REJECTED": "rejected",
    "CHANGES_REQUESTED": "changes requested",
    "EXPIRED": "not decided in time",
    "FAILED": "not carried out",
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    One event as others are told of it.

    `says` is its sentence, `page` the path that shows more, with fields in braces; `fields` are
    those that go out.
    """

    event: type[DomainEvent]
    label: str
    says: str
    page: str
    fields: tuple[str, ...]

    def told(self, event: DomainEvent) -> dict[str, Any]:
        """The subject, the path, and the fields of one such event."""
        payload = event.payload()
        spoken = {name: _spoken(value) for name, value in payload.items()}
        return {
            "subject": self.says.format_map(spoken),
            "url": self.page.format_map(payload),
            **{name: payload[name] for name in self.fields},
        }


def _spoken(value: object) -> object:
    return _WORDS.get(value, value) if isinstance(value, str) else value


_TASK, _REQUEST = "/tasks/{task_id}/", "/requests/{request_id}/"
_QUERY = "/ai/queries/{query_id}/"
_OF_QUERY = ("query_id", "owner_id", "purpose", "question_id", "customer_id")
_OF_BUDGET = ("budget_id", "scope", "whose_id", "period", "starts_on", "amount", "spent")
_ABOUT = ("request_id", "question_id", "requester_id")

FACTS: Mapping[str, Fact] = {
    fact.event.name: fact
    for fact in (
        Fact(
            event=TaskAssigned,
            label="A question waits for a decision",
            says="A question waits for a decision.",
            page=_TASK,
            fields=("task_id", *_ABOUT, "assessor_ids", "stage", "due_at"),
        ),
        Fact(
            event=TaskReassigned,
            label="A task is given to another assessor",
            says="A task was given to another assessor.",
            page=_TASK,
            fields=("task_id", *_ABOUT, "from_assessor_id", "to_assessor_id", "stage", "due_at"),
        ),
        Fact(
            event=TaskDecided,
            label="An assessor decides",
            says="An assessor decided: {verdict}.",
            page=_TASK,
            fields=(*("task_id", *_ABOUT, "assessor_id", "verdict", "outcome", "digest", "stage"),),
        ),
        Fact(
            event=TaskOverdue,
            label="A task is overdue",
            says="A decision is overdue.",
            page=_TASK,
            fields=("task_id", *_ABOUT, "assessor_ids", "stage", "due_at", "closes_at", "number"),
        ),
        Fact(
            event=TaskExpired,
            label="The time for a task runs out",
            says="The time for a task ran out.",
            page=_TASK,
            fields=("task_id", *_ABOUT, "assessor_ids", "stage"),
        ),
        Fact(
            event=RevisionRequested,
            label="Changes to a question are requested",
            says="Changes to a question are requested.",
            page=_REQUEST,
            fields=_ABOUT,
        ),
        Fact(
            event=QuestionRevised,
            label="A question has a new version",
            says="A question has a new version.",
            page="/questions/{question_id}/",
            fields=(*_ABOUT, "version", "digest"),
        ),
        Fact(
            event=RequestCancelled,
            label="A request is withdrawn",
            says="A request was withdrawn.",
            page=_REQUEST,
            fields=(*_ABOUT, "task_ids"),
        ),
        Fact(
            event=RequestClosed,
            label="A request has an outcome",
            says="A request has an outcome: {status}.",
            page=_REQUEST,
            fields=(*_ABOUT, "status"),
        ),
        Fact(
            event=RequestReopened,
            label="A request goes on after a fault",
            says="A request goes on.",
            page=_REQUEST,
            fields=_ABOUT,
        ),
        Fact(
            event=RepairParked,
            label="Something needs seeing to",
            says="Something needs seeing to.",
            page="/activity/#repairs",
            fields=("repair_id", "kind", "request_id", "import_id"),
        ),
        Fact(
            event=QueryAnswered,
            label="A model answers a query",
            says="A model answered a query.",
            page=_QUERY,
            fields=(*_OF_QUERY, "provider", "model", "cost", "answer_digest"),
        ),
        Fact(
            event=QueryFailed,
            label="An AI query ends without an answer",
            says="An AI query ended without an answer.",
            page=_QUERY,
            fields=(*_OF_QUERY, "code"),
        ),
        Fact(
            event=QueryExpired,
            label="An AI query is not answered in time",
            says="An AI query was not answered in time.",
            page=_QUERY,
            fields=_OF_QUERY,
        ),
        Fact(
            event=QueryCancelled,
            label="An AI query is cancelled",
            says="An AI query was cancelled.",
            page=_QUERY,
            fields=_OF_QUERY,
        ),
        Fact(
            event=BudgetNearlySpent,
            label="Little is left of a budget for AI queries",
            says="{per_cent} % of a budget for AI queries is spent.",
            page="/ai/",
            fields=(*_OF_BUDGET, "per_cent"),
        ),
        Fact(
            event=BudgetUsedUp,
            label="Nothing is left of a budget for AI queries",
            says="A budget for AI queries is spent.",
            page="/ai/",
            fields=(*_OF_BUDGET, "per_cent"),
        ),
    )
}
