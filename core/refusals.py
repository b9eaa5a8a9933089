"""Which refusals an answer tells of, for whoever keeps a record of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import DomainError

_codes: ContextVar[list[str] | None] = ContextVar("refusal_codes", default=None)


@contextmanager
def collected() -> Iterator[list[str]]:
    """The codes of all refusals that doors speak of inside the block."""
    codes: list[str] = []
    token = _codes.set(codes)
    try:
        yield codes
    finally:
        _codes.reset(token)


def spoken_of(refusal: DomainError) -> None:
    """Called by a door that tells a person of a refusal in other ways than by raising it."""
    codes = _codes.get()
    if codes is not None and refusal.code not in codes:
        codes.append(refusal.code)
