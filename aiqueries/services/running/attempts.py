"""How one call ends in the books: what came of it, and what it cost."""

from decimal import Decimal

from django.utils import timezone

from aiqueries.content import storable
from aiqueries.kinds import Outcome
from aiqueries.models import Attempt, Query
from aiqueries.services import budgets
from aiqueries.services.running.calls import Answer, Failure

MOST_TOKENS = 2**31 - 1  # what the column holds
# What is written down at the end of a call.
_ENDS = (
    *("outcome", "trouble", "says", "pause_until", "input_tokens", "output_tokens", "cost"),
    *("request_id", "first_text_at", "ended_at"),
)


def under_way(query: Query) -> Attempt | None:
    """The call that has not ended, of a query that is locked."""
    return query.attempts.filter(outcome=Outcome.RUNNING).first()


def close_answered(attempt: Attempt, answer: Answer) -> Decimal:
    """Write down what came, and return what it cost, in US dollars."""
    attempt.outcome = Outcome.ANSWERED
    return _close(attempt, answer, billable=True)


def close_failed(attempt: Attempt, failure: Failure, *, outcome: Outcome) -> Decimal:
    """Write down what went wrong, and return what it may have cost all the same."""
    attempt.outcome = outcome
    attempt.trouble, attempt.says = failure.trouble, storable(failure.says)[:500]
    attempt.pause_until = failure.pause_until
    return _close(attempt, failure, billable=failure.trouble.handling.billable)


def close_lost(attempt: Attempt, outcome: Outcome = Outcome.LOST) -> Decimal:
    """Nobody knows what came of it: it may have cost all that was held back for it."""
    attempt.outcome = outcome
    attempt.cost = attempt.reserved
    attempt.ended_at = timezone.now()
    attempt.save(update_fields=["outcome", "cost", "ended_at"])
    return attempt.cost


def _close(attempt: Attempt, told: Answer | Failure, *, billable: bool) -> Decimal:
    attempt.input_tokens = _plausible(told.input_tokens)
    attempt.output_tokens = _plausible(told.output_tokens)
    attempt.cost = _cost(attempt, billable)
    attempt.request_id = storable(told.request_id)[:200]
    attempt.first_text_at = told.first_text_at
    attempt.ended_at = timezone.now()
    attempt.save(update_fields=[*_ENDS])
    return attempt.cost


def _cost(attempt: Attempt, billable: bool) -> Decimal:
    """By the tokens; where they are not known, all that was held back."""
    if not attempt.reserved:
        return Decimal(0)  # the model is free
    if attempt.input_tokens is not None and attempt.output_tokens is not None:
        return budgets.cost_of(
            attempt.provider,
            attempt.model,
            input_tokens=attempt.input_tokens,
            output_tokens=attempt.output_tokens,
            at=attempt.began_at,
        )
    return attempt.reserved if billable else Decimal(0)


def _plausible(tokens: int | None) -> int | None:
    return tokens if tokens is not None and 0 <= tokens <= MOST_TOKENS else None
