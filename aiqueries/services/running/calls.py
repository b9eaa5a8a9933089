"""What is known of one call of a provider, from before it leaves to its end."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aiqueries.kinds import Trouble
from aiqueries.models import Attempt


@dataclass(frozen=True, kw_only=True)
class Started:
    """
    A query that this worker has taken, for one call.

    `turn` is the fencing number: what the worker writes counts while it is the query's own, and so
    long nobody else changes the `attempt`. `key` names the call to the provider. No answer is
    wanted after `until`.
    """

    query_id: UUID
    turn: int
    key: str
    until: datetime
    attempt: Attempt = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer. Tokens are None where the provider did not say."""

    text: str = field(repr=False)
    model: str
    input_tokens: int | None
    output_tokens: int | None
    request_id: str = ""
    complete: bool = True
    first_text_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """No answer: why, in a sentence that may be shown, and until when the provider wants rest."""

    trouble: Trouble
    says: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    request_id: str = ""
    first_text_at: datetime | None = None
    pause_until: datetime | None = None


def key(query_id: UUID, turn: int) -> str:
    """What the call that is made in this turn is named, here and to the provider."""
    return f"{query_id}-{turn}"
