"""The words of AI queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a query is for."""

    ASK = "ASK", "Question of a person or program"
    REVIEW = "REVIEW", "Notes on a question under review"
    TEST = "TEST", "Test run of a prompt"


class Status(TextChoices):
    """Where a query stands. While it waits for another try it is queued again."""

    QUEUED = "QUEUED", "Waiting"
    RUNNING = "RUNNING", "Running"
    SUCCEEDED = "SUCCEEDED", "Answered"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"
    EXPIRED = "EXPIRED", "Out of time"


OPEN = (Status.QUEUED, Status.RUNNING)


class Outcome(TextChoices):
    """How one call of a provider ended; LOST where its worker died meanwhile."""

    RUNNING = "RUNNING", "Under way"
    ANSWERED = "ANSWERED", "Answered"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"
    LOST = "LOST", "Lost with its worker"


class NoteKind(TextChoices):
    """What a review note says may be wrong with a question."""

    WRONG_KEY = "WRONG_KEY", "The key may be wrong"
    AMBIGUITY = "AMBIGUITY", "Ambiguous"
    TWO_RIGHT = "TWO_RIGHT", "More than one right answer"
    BIAS = "BIAS", "May be biased"
    READING_LEVEL = "READING_LEVEL", "Hard to read"


class Scope(TextChoices):
    """Whose spending a budget limits."""

    WHOLE = "WHOLE", "The whole organisation"
    GROUP = "GROUP", "A group"
    PERSON = "PERSON", "A person"
    EACH_PERSON = "EACH_PERSON", "Every person"


class Period(TextChoices):
    """How long a budget lasts. Days and months are those of UTC."""

    DAY = "DAY", "A day"
    MONTH = "MONTH", "A month"

    def start_of(self, day: date) -> date:
        """The first day of the period that this day is in."""
        return day if self is Period.DAY else day.replace(day=1)

    def next_start(self, start: date) -> date:
        """The first day of the period after the one that starts on this day."""
        if self is Period.DAY:
            return start + timedelta(days=1)
        return (start.replace(day=1) + timedelta(days=31)).replace(day=1)


class Trouble(TextChoices):
    """What can go wrong with a provider. Rows keep these words: never rename one."""

    RATE_LIMITED = "RATE_LIMITED", "The AI provider asked for a pause."
    TRANSIENT = "TRANSIENT", "The AI provider had trouble of its own."
    TIMED_OUT = "TIMED_OUT", "The AI provider took too long."
    TRUNCATED = "TRUNCATED", "The AI provider's answer broke off."
    MALFORMED = "MALFORMED", "The AI provider's answer could not be read."
    TOO_LARGE = "TOO_LARGE", "The AI provider's answer was too large."
    AUTH = "AUTH", "The AI provider did not accept this product's account."
    REFUSED = "REFUSED", "The AI provider refused to answer this."
    BAD_REQUEST = "BAD_REQUEST", "The AI provider could not do what it was asked."
    CANCELLED = "CANCELLED", "The query was cancelled."
    UNREACHABLE = "UNREACHABLE", "The AI provider could not be reached."

    @property
    def handling(self) -> "Handling":
        """What follows from it."""
        return HANDLING[self]


@dataclass(frozen=True, kw_only=True)
class Handling:
    """
    What follows from a trouble.

    `retryable`: the same route may do better later. `next_provider`: another one may do better.
    `own_fault`: it says something about the provider, not about what it was asked. `billable`: the
    provider may have worked, and may want to be paid, although no answer came of it.
    """

    retryable: bool
    next_provider: bool
    own_fault: bool
    billable: bool


def _handling(*, retry: bool, next_one: bool, fault: bool, bill: bool) -> Handling:
    return Handling(retryable=retry, next_provider=next_one, own_fault=fault, billable=bill)


HANDLING: Mapping[Trouble, Handling] = {
    Trouble.RATE_LIMITED: _handling(retry=True, next_one=True, fault=True, bill=False),
    Trouble.TRANSIENT: _handling(retry=True, next_one=True, fault=True, bill=True),
    Trouble.TIMED_OUT: _handling(retry=True, next_one=True, fault=True, bill=True),
    Trouble.TRUNCATED: _handling(retry=True, next_one=True, fault=True, bill=True),
    Trouble.MALFORMED: _handling(retry=True, next_one=True, fault=True, bill=True),
    # It would be as large again, and be paid again.
    Trouble.TOO_LARGE: _handling(retry=False, next_one=True, fault=True, bill=True),
    Trouble.AUTH: _handling(retry=False, next_one=True, fault=True, bill=False),
    # Nobody goes from one to the next until one says what the first would not.
    Trouble.REFUSED: _handling(retry=False, next_one=False, fault=False, bill=True),
    Trouble.BAD_REQUEST: _handling(retry=False, next_one=True, fault=False, bill=False),
    Trouble.CANCELLED: _handling(retry=False, next_one=False, fault=False, bill=True),
    Trouble.UNREACHABLE: _handling(retry=True, next_one=True, fault=True, bill=False),
}
