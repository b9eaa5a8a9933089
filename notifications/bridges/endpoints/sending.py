"""One message on its way to an endpoint."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from core import outgoing, vault, webhooks
from notifications.bridges.endpoints import dialects
from notifications.events.endpoints import MessageDue
from notifications.models import Endpoint, Message
from notifications.services import endpoints
from notifications.services.endpoints import Try
from outbox.events import Later

# Of the threads that a worker has, so many may wait for one endpoint.
MOST_AT_ONCE = 4
A_MOMENT = 2.0  # seconds

_under_way: Counter[UUID] = Counter()
_lock = threading.Lock()


def send(due: MessageDue) -> None:
    """
    Send a message that is due, unless it was taken, withdrawn or put into another turn meanwhile.

    Raises Later when it is to be tried again: after a failure, or untried where the endpoint asked
    to be left alone or has enough to do. Every try stands in the log.
    """
    message = (
        Message.objects.select_related("endpoint__owner")
        .filter(pk=due.message, turn=due.turn, status=Message.Status.WAITING)
        .first()
    )
    if message is None or not endpoints.still_wanted(message):
        return
    rest = message.endpoint.rests(timezone.now())
    if rest and not message.is_test:
        raise Later("The endpoint is to be left alone.", seconds=rest, counted=False)
    with _room(message.endpoint):
        tried = _try(message)
    wait = endpoints.record(message, tried)
    if wait is not None:
        raise Later(tried.answer, seconds=wait)


@contextmanager
def _room(endpoint: Endpoint) -> Iterator[None]:
    """Raises Later while as many messages are on their way to this endpoint as may be."""
    with _lock:
        if _under_way[endpoint.pk] >= MOST_AT_ONCE:
            raise Later("Others are on their way there.", seconds=A_MOMENT, counted=False)
        _under_way[endpoint.pk] += 1
    try:
        yield
    finally:
        with _lock:
            _under_way[endpoint.pk] -= 1
            if not _under_way[endpoint.pk]:
                del _under_way[endpoint.pk]


def _try(message: Message) -> Try:
    began_at = timezone.now()
    try:
        address = endpoints.ADDRESSES.unlocked(message.endpoint.address)
        body = dialects.body(message, message.endpoint.format)
        answer = outgoing.post(address, body, _headers(message, body, began_at))
    except (outgoing.Forbidden, outgoing.Unreachable) as error:
        return Try(began_at=began_at, taken=False, answer=str(error))
    except vault.WrongKey:
        return Try(began_at=began_at, taken=False, answer="Its address cannot be read any more.")
    return Try(
        began_at=began_at,
        taken=answer.taken,
        http_status=answer.status,
        answer=f"The answer was {answer.status}.",
        wait=answer.wait,
    )


def _headers(message: Message, body: bytes, at: datetime) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Imprimatur"}
    endpoint = message.endpoint
    if not endpoint.is_signed:
        return headers
    kept = [endpoint.secret]
    if endpoint.former_until is not None and endpoint.former_until > at:
        kept.append(endpoint.former_secret)
    known = [endpoints.SECRETS.unlocked(each) for each in kept]
    return headers | webhooks.signed_headers(message.public_id, body, at=at, secrets_=known)
