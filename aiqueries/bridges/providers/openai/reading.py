"""A streamed answer, event by event, until it is whole."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import openai

from aiqueries.bridges.providers.openai.troubles import of_code, of_error
from aiqueries.bridges.providers.openai.usage import counted
from aiqueries.bridges.providers.openai.watching import Call
from aiqueries.bridges.providers.port import LARGEST_ANSWER, Ask, ProviderError, Reply
from aiqueries.kinds import Trouble

# How long the rest of an answer that is whole may take; then its connection is not used again.
LAST_WORDS = 0.5  # seconds
DONE = "response.completed"
# The SDK reads whatever JSON it meets, and trips over what no API would send.
_NONSENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def read(
    response: openai.APIResponse[Any], ask: Ask, call: Call, on_text: Callable[[str], None]
) -> Reply:
    """The whole answer. Raises ProviderError, also if it is none."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        raise ProviderError(Trouble.MALFORMED)
    # As they come, not as the SDK's models of them, which take five times the processor time.
    events = _events(response.parse(to=openai.Stream[object]))
    answer = _Answer(ask, response.headers.get("x-request-id", ""))
    for event in events:
        reply = answer.heard(event, on_text)
        if reply is not None:
            _finish(events, call)
            return reply
    raise ProviderError(Trouble.TRUNCATED, request_id=answer.request_id)


def _events(stream: openai.Stream[object]) -> Iterator[Mapping[str, Any]]:
    """What each event holds; what the SDK raises is said in our words."""
    while True:
        try:
            event = next(stream)
        except StopIteration:
            return
        except openai.OpenAIError as error:
            raise of_error(error) from None
        except _NONSENSE:
            raise ProviderError(Trouble.MALFORMED) from None
        yield _members(event)


def _members(thing: object) -> Mapping[str, Any]:
    return thing if isinstance(thing, dict) else {}


def _finish(events: Iterator[object], call: Call) -> None:
    """Read what comes after the answer, so that the connection can be used again."""
    call.until = time.monotonic() + LAST_WORDS
    call.stop = bool
    with suppress(ProviderError):
        for _ in events:
            pass


class _Answer:
    """What has been said so far."""

    def __init__(self, ask: Ask, request_id: str) -> None:
        self.ask = ask
        self.request_id = request_id[:100]
        self.pieces: list[str] = []
        self.size = 0
        self.refused = False

    def heard(self, event: Mapping[str, Any], on_text: Callable[[str], None]) -> Reply | None:
        """Take one event in; returns the reply if it was the last."""
        name = event.get("type")
        if name == "response.output_text.delta":
            on_text(self._more(event.get("delta")))
        elif name in ("response.refusal.delta", "response.refusal.done"):
            self.refused = True
        elif name in (DONE, "response.incomplete"):
            return self._reply(_members(event.get("response")), complete=name == DONE)
        elif name == "response.failed":
            self._failed(_members(event.get("response")))
        elif name == "error":
            raise of_code(event.get("code"))
        return None

    def _more(self, piece: object) -> str:
        if not isinstance(piece, str):
            raise ProviderError(Trouble.MALFORMED)
        self.size += len(piece)
        if self.size > LARGEST_ANSWER:
            raise ProviderError(Trouble.TOO_LARGE)
        self.pieces.append(piece)
        return piece

    def _reply(self, response: Mapping[str, Any], *, complete: bool) -> Reply:
        tokens_in, tokens_out = self._tokens(response)
        reason = _members(response.get("incomplete_details")).get("reason")
        if self.refused or reason == "content_filter":
            raise ProviderError(
                Trouble.REFUSED,
                input_tokens=tokens_in,
                output_tokens=tokens_out,
                request_id=self.request_id,
            )
        said = response.get("model")
        return Reply(
            text="".join(self.pieces),
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            model=said[:100] if isinstance(said, str) and said else self.ask.model,
            request_id=self.request_id,
            # Not every server says that it stopped there.
            complete=complete and (tokens_out or 0) < self.ask.most_tokens,
        )

    def _failed(self, response: Mapping[str, Any]) -> None:
        tokens_in, tokens_out = self._tokens(response)
        code = _members(response.get("error")).get("code")
        raise of_code(code, input_tokens=tokens_in, output_tokens=tokens_out)

    def _tokens(self, response: Mapping[str, Any]) -> tuple[int | None, int | None]:
        usage = _members(response.get("usage"))
        return counted(usage, self.ask, answered=bool(self.pieces))
