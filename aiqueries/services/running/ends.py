"""The four ends of a query. Each is written once, under its lock, with its event and debit."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from aiqueries.events import QueryAnswered, QueryCancelled, QueryExpired, QueryFailed
from aiqueries.kinds import Status
from aiqueries.models import Query
from aiqueries.services import budgets
from aiqueries.services.progress import move
from core.actor import SYSTEM, Actor
from outbox.events import DomainEvent
from outbox.publishing import publish_all

NOTHING = Decimal(0)
_AT_THE_END = (
    *("status", "turn", "position", "answer", "answer_digest", "is_complete", "provider"),
    *("answered_by", "input_tokens", "output_tokens", "cost", "error_code", "error", "retry_at"),
    *("cancel_asked_at", "cancel_asked_by", "finished_at"),
)


def end_answered(query: Query, *, cost: Decimal) -> None:
    """The answer stands in the query; `cost` is what its last call came to."""
    _end(query, Status.SUCCEEDED, cost)
    event = QueryAnswered(
        provider=query.provider,
        model=query.answered_by,
        cost=f"{(query.cost or NOTHING).normalize():f}",
        answer_digest=query.answer_digest,
        **about(query),
    )
    _tell(query, event, SYSTEM)


def end_failed(query: Query, *, code: str, reason: str, cost: Decimal | None = None) -> None:
    """`reason` is a sentence for whoever asked."""
    query.error_code, query.error = code, reason[:500]
    _end(query, Status.FAILED, cost)
    _tell(query, QueryFailed(code=code, reason=query.error, **about(query)), SYSTEM)


def end_cancelled(query: Query, *, cost: Decimal | None = None) -> None:
    """By whoever asked for it."""
    _end(query, Status.CANCELLED, cost)
    canceller = query.cancel_asked_by
    actor = canceller.as_actor() if isinstance(canceller, User) else SYSTEM
    _tell(query, QueryCancelled(**about(query)), actor)


def end_expired(query: Query, *, cost: Decimal | None = None) -> None:
    """Whatever it was waiting for."""
    query.error_code, query.error = "expired", "No answer came in time."
    _end(query, Status.EXPIRED, cost)
    _tell(query, QueryExpired(**about(query)), SYSTEM)


def about(query: Query) -> dict[str, Any]:
    """What every event about a query says of it."""
    return {
        "query_id": str(query.pk),
        "owner_id": str(query.owner_id or ""),
        "purpose": query.purpose,
        "question_id": str(query.question_id or ""),
        "customer_id": str(query.customer_id or ""),
    }


def add_cost(query: Query, cost: Decimal | None) -> None:
    """Count what a call came to. A query of which nothing was sent has no cost, not a cost of 0."""
    if cost is not None:
        query.cost = (query.cost or NOTHING) + cost


def _end(query: Query, status: Status, cost: Decimal | None) -> None:
    query.status = status
    if status != Status.SUCCEEDED:
        query.answer = ""  # what came of one that broke off is no answer
    query.retry_at = None
    query.finished_at = timezone.now()
    add_cost(query, cost)
    budgets.settle(query, cost=cost or NOTHING)
    move(query)
    query.save(update_fields=_AT_THE_END)


def _tell(query: Query, event: DomainEvent, actor: Actor) -> None:
    """All that becomes of a query belongs to the request that asked it."""
    publish_all([event], actor=actor, correlation_ids=[query.correlation_id])
