"""
The provider that needs no network: the same ask always gets the same answer.

It knows nothing. It reads the data part, answers in the format it was asked for, streams, counts
tokens (four characters of text each, rounded up) and takes AI_OFFLINE_DELAY seconds, as others do.
"""

import re
import time
from collections.abc import Callable, Iterator

from django.conf import settings

from aiqueries.bridges.providers.offline import answers
from aiqueries.bridges.providers.port import Ask, ProviderError, Reply
from aiqueries.kinds import Trouble

CHARACTERS_A_TOKEN = 4
SHORTEST_PAUSE = 0.05  # seconds; words that come closer come together
LONGEST_PAUSE = 0.1  # seconds between two questions whether to stop
_WORD = re.compile(r"\s*\S+\s*")


class Offline:
    """Answers here and now, for nothing."""

    def answer(
        self, ask: Ask, *, on_text: Callable[[str], None], stop: Callable[[], bool]
    ) -> Reply:
        whole = answers.text(ask.instructions, ask.content, seed=f"{ask.model}\n")
        text = whole[: ask.most_tokens * CHARACTERS_A_TOKEN]
        told = ""
        for piece in _in_time(text, ask.timeout):
            if piece:
                on_text(piece)
                told += piece
            elif stop():
                raise ProviderError(
                    Trouble.CANCELLED, input_tokens=_asked(ask), output_tokens=_tokens(told)
                )
        return Reply(
            text=text,
            input_tokens=_asked(ask),
            output_tokens=_tokens(text),
            model=ask.model,
            request_id=f"offline-{ask.key}",
            complete=text == whole,
        )


def _in_time(text: str, timeout: float) -> Iterator[str]:
    """The words, in the time an answer is to take; nothing where there is a moment to stop."""
    words = _WORD.findall(text)
    delay: float = settings.AI_OFFLINE_DELAY
    began = time.monotonic()
    yield ""
    for number, word in enumerate(words, 1):
        due = began + delay * number / len(words)
        worth_it = SHORTEST_PAUSE if number < len(words) else 0
        while (pause := due - time.monotonic()) > worth_it:
            time.sleep(min(pause, LONGEST_PAUSE))
            if time.monotonic() - began > timeout:
                raise ProviderError(Trouble.TIMED_OUT)
            yield ""
        yield word


def _asked(ask: Ask) -> int:
    return _tokens(ask.instructions + ask.content)


def _tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_A_TOKEN)
