"""What the product and a provider of answers say to each other, whoever it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aiqueries.kinds import Trouble

LARGEST_ANSWER = 1024 * 1024  # characters of text; more is TOO_LARGE


@dataclass(frozen=True, kw_only=True)
class Ask:
    """
    One call.

    `instructions` are ours; `content` is what somebody wrote and the data it is about. The answer
    has at most `most_tokens` and takes at most `timeout` seconds. `key` names the attempt to the
    provider: the same one twice is the same call.
    """

    model: str
    instructions: str = field(repr=False)
    content: str = field(repr=False)
    most_tokens: int
    key: str
    timeout: float


@dataclass(frozen=True, kw_only=True)
class Reply:
    """
    A whole answer and what it took.

    `complete` is False where it ended at `most_tokens`. `model` is the one that answered, in the
    provider's words, and may be more exact than what was asked for. Tokens are None where the
    provider did not say, or said what cannot be.
    """

    text: str = field(repr=False)
    input_tokens: int | None
    output_tokens: int | None
    model: str
    request_id: str = ""
    complete: bool = True


class ProviderError(Exception):
    """
    No answer came of it. The sentence may be shown: no key, prompt or answer is in it.

    `wait` is for how many seconds the provider asks to be left alone, None if it does not say.
    Tokens are what it counted despite the trouble, None if it did not.
    """

    def __init__(
        self,
        kind: Trouble,
        message: str = "",
        *,
        wait: float | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message or kind.label)
        self.kind = kind
        self.wait = wait
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens
        self.request_id = request_id

    @property
    def retryable(self) -> bool:
        """Whether the same route may do better later."""
        return self.kind.handling.retryable

    @property
    def next_provider(self) -> bool:
        """Whether another route may do better."""
        return self.kind.handling.next_provider


class Provider(Protocol):
    """Somebody who answers. Threads share one, and it survives a fork."""

    def answer(
        self, ask: Ask, *, on_text: Callable[[str], None], stop: Callable[[], bool]
    ) -> Reply:
        """
        The answer to this, told piece by piece to `on_text` on the way.

        `stop` is asked several times a second, by any thread, so it must be quick; once it is
        true, nothing more is told, the connection to the provider ends, and so does this, with
        CANCELLED. Raises ProviderError, and whatever `on_text` and `stop` raise.
        """
        ...
