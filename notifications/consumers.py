"""Other services ask us to tell people something: plain JSON on a queue."""

from collections.abc import Mapping
from typing import Any

from core.queues import checks, handles
from core.strict import Unreadable
from notifications import wishes
from outbox.events import Permanent


@checks("notifications-in", largest=16 * 1024)
def check_wish(body: dict[str, Any]) -> wishes.Wish:
    """
    One notification to one person.

    `{"id": UUID, "source": "billing", "recipient": a person's id or e-mail address, "title",
    "text", "url": a path on this site}`
    """
    try:
        return wishes.read(body)
    except Unreadable as error:
        raise Permanent(str(error)) from None


@handles("notifications-in")
def take_wishes(bodies: Mapping[str, dict[str, Any]]) -> None:
    """Each becomes one notification, however often its message comes; nobody gets an e-mail."""
    wishes.grant([check_wish(body) for body in bodies.values()])
