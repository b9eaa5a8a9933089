"""Take a query for one call: everything that has to be true before anything leaves."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from aiqueries.events import QuerySent
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Attempt, Query
from aiqueries.routes import Route, is_outside
from aiqueries.services import budgets
from aiqueries.services.composing import Composed
from aiqueries.services.progress import move
from aiqueries.services.running.attempts import close_lost, under_way
from aiqueries.services.running.calls import Started, key
from aiqueries.services.running.ends import about, add_cost, end_cancelled, end_expired
from core.actor import SYSTEM
from outbox.publishing import publish_all


@transaction.atomic
def start(
    query_id: UUID, *, route: Route, composed: Composed, turn: int | None = None
) -> Started | None:
    """
    Take the query for one call, pay for it in advance, and write down that it is about to leave.

    Whoever had it before has lost it; a worker that goes on with its own query names its `turn`.
    None where there is nothing to call for: it ended, ends herewith, or is somebody else's by now.
    Raises what budgets.reserve raises, and then nothing is changed.
    """
    query = Query.objects.locked(query_id)
    if not query.is_open or turn not in (None, query.turn):
        return None
    lost = lose(query)
    if ended_by_itself(query, lost):
        return None
    # Its money is counted as lost by the reservation, which locks all accounts in one go.
    add_cost(query, lost)
    return _begin(query, route, composed)


def lose(query: Query) -> Decimal | None:
    """End the call that a worker before us began, and return what it may have cost."""
    attempt = under_way(query) if query.status == Status.RUNNING else None
    return close_lost(attempt) if attempt else None


def ended_by_itself(query: Query, cost: Decimal | None = None) -> bool:
    """End a query that nobody wants any more, or whose time is up."""
    if query.cancel_asked_at is not None:
        end_cancelled(query, cost=cost)
    elif query.expires_at <= timezone.now():
        end_expired(query, cost=cost)
    return not query.is_open


def _begin(query: Query, route: Route, composed: Composed) -> Started:
    reserved = budgets.reserve(
        query,
        route.provider,
        route.model,
        input_bytes=composed.size,
        most_tokens=composed.most_tokens,
    )
    query.turn += 1
    attempt = Attempt.objects.create(
        query=query,
        number=query.turn,
        turn=query.turn,
        provider=route.provider,
        model=route.model,
        outcome=Outcome.RUNNING,
        input_digest=composed.input_digest,
        sent_bytes=composed.size,
        reserved=reserved,
    )
    _mark_running(query, composed)
    _tell(query, attempt, composed)
    return Started(
        query_id=query.pk,
        turn=query.turn,
        key=key(query.pk, query.turn),
        until=query.expires_at,
        attempt=attempt,
    )


def _mark_running(query: Query, composed: Composed) -> None:
    query.status = Status.RUNNING
    query.started_at = query.started_at or timezone.now()
    query.retry_at = None
    query.answer = ""
    query.input_digest = composed.input_digest
    move(query)
    query.save(
        update_fields=[
            *("status", "turn", "position", "started_at", "retry_at", "answer", "input_digest"),
            "cost",
        ]
    )


def _tell(query: Query, attempt: Attempt, composed: Composed) -> None:
    sent = QuerySent(
        attempt=attempt.number,
        provider=attempt.provider,
        model=attempt.model,
        outside=is_outside(attempt.provider),
        input_digest=composed.input_digest,
        size=composed.size,
        question_version=composed.question_version,
        secure=composed.secure,
        customer_fields=composed.customer_fields,
        **about(query),
    )
    publish_all([sent], actor=SYSTEM, correlation_ids=[query.correlation_id])
