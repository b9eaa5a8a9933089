"""Entries on their way to the streams' addresses: in order, at least once."""

import base64
import json
import logging
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.events import StreamPaused, StreamTested
from audit.exceptions import StreamNotFound
from audit.models import Batch, Entry, Record, Stream
from audit.proof.notes import moment
from core import outgoing, vault, webhooks
from core.actor import SYSTEM, Actor
from outbox.publishing import publish

logger = logging.getLogger(__name__)

PORTION = 500  # entries that are looked at in one go
LEASE = timedelta(seconds=60)
FAILURES_ALLOWED = 20  # in a row, some eleven hours
LONGEST_PAUSE = 3600  # seconds
SECRETS = webhooks.Keeper("stream secret")


class _Lost(Exception):
    """It is another's turn: the stream was changed, paused or removed meanwhile."""


def send_streams(*, seconds: float) -> int:
    """Send what is due, each stream in its turn, for about so long; returns how many went out."""
    until, sent = time.monotonic() + seconds, 0
    while time.monotonic() < until and (stream := _claimed()) is not None:
        try:
            sent += _send(stream, until)
            _let_go(stream)
        except _Lost:
            continue
        except Exception as error:
            logger.exception("Could not send the stream %s", stream.pk)
            _count_failure(stream, type(error).__name__)
    return sent


def send_test(*, stream_id: UUID, actor: Actor) -> str:
    """Send a message without an entry; returns in a sentence how it was taken."""
    stream = Stream.objects.filter(pk=stream_id).first()
    if stream is None:
        raise StreamNotFound("There is no such stream.")
    said = {"type": "audit.test", "timestamp": moment(timezone.now()), "data": {}}
    fault = _posted(stream, f"test_{uuid4()}", json.dumps(said).encode())
    answer = fault or "It was taken."
    with transaction.atomic():
        publish(
            StreamTested(stream_id=str(stream.pk), stream_name=stream.name, answer=answer),
            actor=actor,
        )
    return answer


@transaction.atomic
def _claimed() -> Stream | None:
    """An active stream that is due, has something to look at, and that nobody sends for."""
    now = timezone.now()
    size = Batch.objects.order_by("-size").values_list("size", flat=True).first() or 0
    stream = (
        Stream.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(Q(lease_until=None) | Q(lease_until__lt=now), due_at__lte=now)
        .filter(status=Stream.Status.ACTIVE, position__lt=size)
        .order_by("due_at")
        .first()
    )
    if stream is not None:
        stream.turn += 1
        stream.lease_until = now + LEASE
        stream.save(update_fields=["turn", "lease_until"])
    return stream


def _send(stream: Stream, until: float) -> int:
    """Send on from the position until all is sent, the time is up, or one is not taken."""
    sent = 0
    for sequence, message_id, body in _messages(stream):
        if body is not None:
            fault = _posted(stream, message_id, body)
            if fault:
                _count_failure(stream, fault)
                raise _Lost
            sent += 1
            _update(stream, failures=0, error="", delivered_at=timezone.now(), position=sequence)
        else:
            _update(stream, position=sequence)
        if time.monotonic() >= until:
            break
    return sent


def _messages(stream: Stream) -> Iterator[tuple[int, str, bytes | None]]:
    """
    Each wanted entry after the position, as (sequence, message id, body).

    What is left out by the filter comes as the last sequence of its portion, without a body.
    """
    size = Batch.objects.order_by("-size").values_list("size", flat=True).first() or 0
    place = stream.position
    while place < size:
        last = min(place + PORTION, size)
        wanted = _wanted(stream.filter).filter(sequence__gt=place, sequence__lte=last)
        entries = list(wanted.order_by("sequence"))
        records = Record.objects.in_bulk([entry.sequence for entry in entries])
        for entry in entries:
            record = records.get(entry.sequence)
            if record is not None and record.body:
                yield entry.sequence, str(entry.event_id), _message(entry, record)
        yield last, "", None
        place = last


def _wanted(only: dict[str, Any]) -> Any:
    entries = Entry.objects.all()
    beginnings = only.get("actions", [])
    if beginnings:
        wanted = Q()
        for beginning in beginnings:
            wanted |= Q(action__startswith=beginning)
        entries = entries.filter(wanted)
    return entries.by_people() if only.get("people_only") else entries


def _message(entry: Entry, record: Any) -> bytes:
    """What is sent of one entry: its record with every box closed, and its leaf in the tree."""
    said = {
        "type": entry.action,
        "timestamp": moment(entry.happened_at),
        "data": {
            "sequence": entry.sequence,
            "leaf": base64.b64encode(bytes(record.leaf)).decode(),
            "body": record.body,
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _posted(stream: Stream, message_id: str, body: bytes) -> str:
    """Send one message; an empty text when it was taken, else why not."""
    now = timezone.now()
    kept = [stream.secret]
    if stream.former_until is not None and stream.former_until > now:
        kept.append(stream.former_secret)
    try:
        headers = webhooks.signed_headers(
            message_id, body, at=now, secrets_=[SECRETS.unlocked(each) for each in kept]
        )
        headers |= {"Content-Type": "application/json", "User-Agent": "Imprimatur"}
        status = outgoing.post(stream.url, body, headers).status
    except (outgoing.Forbidden, outgoing.Unreachable) as error:
        return str(error)
    except vault.WrongKey:
        return "The secret cannot be read any more. Give the stream a new one."
    return "" if 200 <= status < 300 else f"The answer was {status}."


def _count_failure(stream: Stream, reason: str) -> None:
    """Later again, with growing pauses; after too many in a row nothing until a person resumes."""
    failures = stream.failures + 1
    pause = min(2 ** min(failures, 12), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
    failing = failures >= FAILURES_ALLOWED
    status = Stream.Status.FAILING if failing else Stream.Status.ACTIVE
    with transaction.atomic():
        try:
            _update(
                stream,
                failures=failures,
                error=reason[:200],
                due_at=timezone.now() + timedelta(seconds=pause),
                lease_until=None,
                status=status,
            )
        except _Lost:
            return
        if failing:
            publish(
                StreamPaused(
                    stream_id=str(stream.pk),
                    stream_name=stream.name,
                    reason=f"{failures} messages in a row were not taken. {reason}",
                ),
                actor=SYSTEM,
            )


def _let_go(stream: Stream) -> None:
    _update(stream, lease_until=None)


def _update(stream: Stream, **changes: Any) -> None:
    """Write down how far it is. Raises _Lost."""
    if "lease_until" not in changes:
        changes["lease_until"] = timezone.now() + LEASE
    mine = Stream.objects.filter(pk=stream.pk, turn=stream.turn, status=Stream.Status.ACTIVE)
    if not mine.update(**changes):
        raise _Lost
    for field, value in changes.items():
        setattr(stream, field, value)
