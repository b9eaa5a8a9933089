"""What a worker writes when its call is over. It counts while the turn is its own."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from aiqueries.content import digest_of, storable
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Attempt, Query
from aiqueries.services import budgets, progress
from aiqueries.services.finished import is_taken
from aiqueries.services.running.attempts import close_answered, close_failed
from aiqueries.services.running.calls import Answer, Failure, Started
from aiqueries.services.running.ends import (
    add_cost,
    end_answered,
    end_cancelled,
    end_failed,
)
from aiqueries.services.running.starting import ended_by_itself, lose

UNUSABLE = "unusable_answer"


@transaction.atomic
def succeed(started: Started, answer: Answer) -> bool:
    """Keep the answer and end the query; False where this turn is over, and nothing is changed."""
    query, attempt = _ours(started)
    if attempt is None:
        return False
    cost = close_answered(attempt, answer)
    if query.cancel_asked_at is not None:
        end_cancelled(query, cost=cost)
        return True
    _keep(query, attempt, answer)
    if is_taken(query):
        end_answered(query, cost=cost)
    else:
        reason = "The model's answer could not be used."
        end_failed(query, code=UNUSABLE, reason=reason, cost=cost)
    return True


@transaction.atomic
def fail_attempt(started: Started, failure: Failure) -> bool:
    """
    End the call, and let the query wait for another; False where this turn is over.

    A query that nobody wants any more, or whose time is up, ends.
    """
    query, attempt = _ours(started)
    if attempt is None:
        return False
    outcome = Outcome.FAILED if query.cancel_asked_at is None else Outcome.CANCELLED
    cost = close_failed(attempt, failure, outcome=outcome)
    if not ended_by_itself(query, cost):
        _let_wait(query, cost)
    return True


@transaction.atomic
def fail(query_id: UUID, *, turn: int, code: str, reason: str) -> bool:
    """
    End a query that nobody can answer; False where it ended, or another worker took it meanwhile.

    `turn` is the one at which that was found out.
    """
    query = Query.objects.locked(query_id)
    if not query.is_open or query.turn != turn:
        return False
    lost = lose(query)
    if not ended_by_itself(query, lost):
        end_failed(query, code=code, reason=reason, cost=lost)
    return True


@transaction.atomic
def put_off(query_id: UUID, *, turn: int, seconds: float) -> bool:
    """
    Say when the query is tried again; False where it ended, or another worker took it meanwhile.

    `turn` is the one at which that was found out. The call of a worker that died is lost.
    """
    query = Query.objects.locked(query_id)
    if not query.is_open or query.turn != turn:
        return False
    lost = lose(query)
    if not ended_by_itself(query, lost):
        query.retry_at = timezone.now() + timedelta(seconds=seconds)
        _let_wait(query, lost)
    return True


def note_progress(started: Started, text: str) -> bool:
    """Keep the answer so far; False where this turn is over or nobody wants it any more."""
    return progress.grow(started.query_id, started.turn, storable(text))


def _let_wait(query: Query, cost: Decimal | None) -> None:
    if cost is not None:
        budgets.count_lost(query, cost)
        add_cost(query, cost)
    query.status = Status.QUEUED
    query.answer = ""
    progress.move(query)
    query.save(update_fields=["status", "answer", "position", "cost", "retry_at"])


def _ours(started: Started) -> tuple[Query, Attempt | None]:
    """The query, locked, and its call, if it is still this worker's."""
    query = Query.objects.locked(started.query_id)
    ours = query.status == Status.RUNNING and query.turn == started.turn
    return query, started.attempt if ours else None


def _keep(query: Query, attempt: Attempt, answer: Answer) -> None:
    text = storable(answer.text)
    query.answer = "" if query.texts_dropped_at else text
    query.answer_digest = digest_of(text)
    query.is_complete = answer.complete
    query.provider, query.answered_by = attempt.provider, storable(answer.model)[:100]
    query.input_tokens, query.output_tokens = attempt.input_tokens, attempt.output_tokens
