"""What comes through queues: other services' notifications, and what SES says of our mails."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.queues import checks, handles
from core.strict import Unreadable
from notifications import services
from notifications.bridges import feedback
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


@checks("mail-feedback")
def check_feedback(body: dict[str, Any]) -> feedback.Feedback | None:
    """What SES tells of one mail, as it publishes it to the topic `mail-feedback`."""
    try:
        return feedback.read(body)
    except Unreadable as error:
        raise Permanent(str(error)) from None


@handles("mail-feedback")
def take_feedback(bodies: Mapping[str, dict[str, Any]]) -> None:
    """Mark addresses whose mail came back or was complained about; a repeat changes nothing."""
    for told in filter(None, map(check_feedback, bodies.values())):
        for each in told.returned:
            services.mark_broken(
                address=each.address,
                kind=told.kind,
                at=told.at,
                status_code=each.status_code,
                said=each.said,
            )
            if told.mail is not None:
                services.note_returned(mail=told.mail, address=each.address, kind=told.kind)
