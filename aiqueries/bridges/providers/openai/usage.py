"""What the provider counted, as far as it can be."""

from collections.abc import Mapping

from aiqueries.bridges.providers.port import Ask

# What providers put around a request, in tokens: roles, their own instructions.
_AROUND = 2000
_OVER = 16  # tokens that some answer beyond what they were allowed


def counted(
    usage: Mapping[str, object], ask: Ask, *, answered: bool
) -> tuple[int | None, int | None]:
    """
    Tokens of input and output; None for what is not said, or cannot be.

    No token is smaller than a byte, and none comes out beyond `most_tokens`.
    """
    most_in = len(f"{ask.instructions}{ask.content}".encode(errors="replace")) + _AROUND
    return (
        _between(usage.get("input_tokens"), 1, most_in),
        _between(usage.get("output_tokens"), int(answered), ask.most_tokens + _OVER),
    )


def _between(said: object, least: int, most: int) -> int | None:
    if isinstance(said, int) and not isinstance(said, bool) and least <= said <= most:
        return said
    return None
