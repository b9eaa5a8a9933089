"""The words of AI queries."""

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
