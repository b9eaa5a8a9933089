"""Who takes in what states send to a queue."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Handler = Callable[[Mapping[str, dict[str, Any]]], None]
H = TypeVar("H", bound=Handler)

_handlers: dict[str, Handler] = {}


def handles(queue: str) -> Callable[[H], H]:
    """
    Register a function for the messages of a queue: it gets their bodies by message id.

    Each message comes at least once, outside any transaction. If the function raises, each of
    them comes alone; alone, outbox.events.Permanent gives a message up at once, and after any
    other exception it is tried again later.
    """

    def register(function: H) -> H:
        if queue in _handlers:
            raise ValueError(f"Two handlers want the messages of {queue}.")
        _handlers[queue] = function
        return function

    return register


def handler(queue: str) -> Handler | None:
    return _handlers.get(queue)
