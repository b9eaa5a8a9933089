"""Other services ask us to tell people something: plain JSON on a queue."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.queues import checks, handles
from core.strict import Unreadable
from notifications.services import handing_in
from outbox.events import Permanent

QUEUE = "notifications"
# What the queue was called before it had its name; what still comes there is taken in as well.
FORMERLY = "notifications-in"


@checks(QUEUE)
@checks(FORMERLY)
def check_notices(body: dict[str, Any]) -> Sequence[handing_in.Given]:
    """
    One notification, that one is taken back, or `{"notifications": [one, …]}` with up to 100.

    Their shape is in docs/notification.schema.json. One that is malformed spoils its message.
    """
    try:
        return handing_in.read_all(body)
    except Unreadable as error:
        raise Permanent(str(error)) from None


@handles(QUEUE)
@handles(FORMERLY)
def take_notices(bodies: Mapping[str, dict[str, Any]]) -> None:
    """
    Each is told once, however often its message comes.

    Raises Permanent, and tells nobody, where one is refused: a message has no answer.
    """
    handing_in.take_in_all([given for body in bodies.values() for given in check_notices(body)])
