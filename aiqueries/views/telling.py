"""Where a query stands, in words for whoever asked, and what they can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Attempt, Query

_LATER = "Ask again later, or choose another model."
_OTHER_MODEL = "Choose another model, or ask an administrator."
_BUDGET = "Choose a free model, wait for the next period, or ask an administrator for more."

# By error code: what one can do.
ADVICE: Mapping[str, str] = {
    "budget_spent": _BUDGET,
    "too_dear": "Allow a higher cost, shorten the prompt, or choose a cheaper model.",
    "unknown_price": "Choose another model, or have an administrator set the price of this one.",
    "stays_inside": "Choose a model that stays here, or ask about something else.",
    "context_gone": "Ask without it, or about something else.",
    "may_not_ask": "Ask an administrator for a role that may.",
    "unknown_model": _OTHER_MODEL,
    "no_provider": _LATER,
    "worker_lost": "Ask again. If it happens again, tell an administrator.",
    "unusable_answer": "Ask again, in other words.",
    "expired": _LATER,
    Trouble.REFUSED.lower(): "Put it in other words. No other model is asked for what one refused.",
    Trouble.AUTH.lower(): "An administrator has to look at the provider’s key.",
    Trouble.BAD_REQUEST.lower(): _OTHER_MODEL,
    Trouble.TOO_LARGE.lower(): "Ask for a shorter answer.",
}


@dataclass(frozen=True, kw_only=True)
class Try:
    """One call of a provider, as the page tells of it."""

    attempt: Attempt
    icon: str
    says: str
    took: timedelta | None


def state_of(query: Query) -> str:
    """One or two sentences."""
    if query.status == Status.QUEUED:
        return _waiting(query)
    if query.status == Status.RUNNING:
        if query.cancel_asked_at:
            return "It is being cancelled."
        return "The answer is being written. You may close this page and come back."
    if query.status == Status.CANCELLED:
        return "It was cancelled. What had come by then was not kept."
    if query.status == Status.SUCCEEDED:
        return "" if query.is_complete else "The answer ends where it had to: it may be no longer."
    return query.error or "It ended without an answer."


def advice_for(query: Query) -> str:
    """What one can do when there is no answer; nothing where there is one, or will be."""
    if query.status not in (Status.FAILED, Status.EXPIRED):
        return ""
    return ADVICE.get(query.error_code, _LATER)


def tries_of(query: Query) -> list[Try]:
    """The calls that were made for it, in their order."""
    return [
        Try(
            attempt=attempt,
            icon=_ICONS[Outcome(attempt.outcome)],
            says=_says(attempt),
            took=(attempt.ended_at - attempt.began_at) if attempt.ended_at else None,
        )
        for attempt in query.attempts.order_by("number")
    ]


def took(query: Query) -> timedelta | None:
    """From being asked to the end."""
    return query.finished_at - query.created_at if query.finished_at else None


def _waiting(query: Query) -> str:
    if query.cancel_asked_at:
        return "It is being cancelled."
    if query.retry_at and query.retry_at > timezone.now():
        again = timezone.localtime(query.retry_at)
        return f"No answer came yet. The next try is at {again:%H:%M:%S}, by itself."
    return "It waits for its turn. You may close this page and come back."


_ICONS = {
    Outcome.RUNNING: "loader-circle",
    Outcome.ANSWERED: "circle-check",
    Outcome.FAILED: "circle-x",
    Outcome.CANCELLED: "ban",
    Outcome.LOST: "circle-alert",
}
_WORDS = {
    Outcome.RUNNING: "It is under way.",
    Outcome.ANSWERED: "It answered.",
    Outcome.CANCELLED: "It was cancelled.",
    Outcome.LOST: "Its worker stopped before the end. It may have been billed.",
}


def _says(attempt: Attempt) -> str:
    outcome = Outcome(attempt.outcome)
    if outcome in _WORDS:
        return _WORDS[outcome]
    if attempt.says:
        return attempt.says
    return Trouble(attempt.trouble).label if attempt.trouble in Trouble else "It failed."
