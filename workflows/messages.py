"""Who takes in what states send to a queue."""

from collections.abc import Callable
from typing import Any, TypeVar

Handler = Callable[[dict[str, Any], str], None]
H = TypeVar("H", bound=Handler)

_handlers: dict[str, Handler] = {}


def handles(queue: str) -> Callable[[H], H]:
    """
    Register a function for the messages of a queue: `def f(body, message_id)`.

    It is called at least once for each message, outside any transaction. To give a message up at
    once it raises outbox.events.Permanent; after any other exception it is tried again later.
    """

    def register(function: H) -> H:
        if queue in _handlers:
            raise ValueError(f"Two handlers want the messages of {queue}.")
        _handlers[queue] = function
        return function

    return register


def handler(queue: str) -> Handler | None:
    return _handlers.get(queue)
