"""Streams are made, changed, paused and resumed by people; each is an event."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.events import (
    StreamChanged,
    StreamCreated,
    StreamPaused,
    StreamRemoved,
    StreamResumed,
    StreamSecretRotated,
)
from audit.exceptions import AddressRefused, StreamNameTaken, StreamNotFound, TooManyStreams
from audit.models import Batch, Stream
from audit.services.streaming.sending import SECRETS
from core import outgoing, webhooks
from core.actor import Actor
from outbox.publishing import publish

MOST = 20
OVERLAP = timedelta(hours=24)  # in which a former secret signs, too


@transaction.atomic
def create_stream(
    *, name: str, url: str, only: Mapping[str, Any], from_start: bool, actor: Actor
) -> tuple[Stream, str]:
    """
    Send entries to an address from now on, or from the first; returns the secret, too.

    It is shown once. Raises AddressRefused, StreamNameTaken, TooManyStreams.
    """
    _ensure_open(url)
    _ensure_free(name)
    if Stream.objects.count() >= MOST:
        raise TooManyStreams(f"There are {MOST} streams, and no more can be.")
    newest = Batch.objects.order_by("-size").values_list("size", flat=True).first()
    secret = webhooks.new_secret()
    stream = Stream.objects.create(
        name=name,
        url=url,
        filter=dict(only),
        secret=SECRETS.locked(secret),
        position=0 if from_start else newest or 0,
    )
    publish(
        StreamCreated(stream_id=str(stream.pk), stream_name=name, url=url, filter=dict(only)),
        actor=actor,
    )
    return stream, secret


@transaction.atomic
def change_stream(
    *, stream_id: UUID, name: str, url: str, only: Mapping[str, Any], actor: Actor
) -> Stream:
    """Another name, address or filter. What differs is recorded as it was and as it is."""
    stream = _locked(stream_id)
    if url != stream.url:
        _ensure_open(url)
    if name != stream.name:
        _ensure_free(name)
    wanted: dict[str, Any] = {"name": name, "url": url, "filter": dict(only)}
    differs = [field for field, value in wanted.items() if getattr(stream, field) != value]
    if not differs:
        return stream
    before = {field: getattr(stream, field) for field in differs}
    for field in differs:
        setattr(stream, field, wanted[field])
    _save(stream, differs)
    publish(
        StreamChanged(
            stream_id=str(stream.pk),
            stream_name=name,
            before=before,
            after={field: wanted[field] for field in differs},
        ),
        actor=actor,
    )
    return stream


@transaction.atomic
def pause_stream(*, stream_id: UUID, actor: Actor) -> None:
    """Send nothing until it is resumed; the position stays."""
    stream = _locked(stream_id)
    if not stream.is_active:
        return
    stream.status = Stream.Status.PAUSED
    _save(stream, ["status"])
    publish(StreamPaused(stream_id=str(stream.pk), stream_name=stream.name), actor=actor)


@transaction.atomic
def resume_stream(*, stream_id: UUID, actor: Actor) -> None:
    """Go on with the entry after the last that was taken."""
    stream = _locked(stream_id)
    if stream.is_active:
        return
    stream.status, stream.failures, stream.error = Stream.Status.ACTIVE, 0, ""
    stream.due_at = timezone.now()
    _save(stream, ["status", "failures", "error", "due_at"])
    publish(
        StreamResumed(stream_id=str(stream.pk), stream_name=stream.name, position=stream.position),
        actor=actor,
    )


@transaction.atomic
def rotate_secret(*, stream_id: UUID, actor: Actor) -> str:
    """A new secret, shown once. The one before signs beside it for a day."""
    stream = _locked(stream_id)
    secret = webhooks.new_secret()
    stream.former_secret, stream.former_until = stream.secret, timezone.now() + OVERLAP
    stream.secret = SECRETS.locked(secret)
    _save(stream, ["secret", "former_secret", "former_until"])
    publish(StreamSecretRotated(stream_id=str(stream.pk), stream_name=stream.name), actor=actor)
    return secret


@transaction.atomic
def remove_stream(*, stream_id: UUID, actor: Actor) -> None:
    """Send nothing there any more, and forget its secrets."""
    stream = _locked(stream_id)
    publish(
        StreamRemoved(stream_id=str(stream.pk), stream_name=stream.name, url=stream.url),
        actor=actor,
    )
    stream.delete()


def _locked(stream_id: UUID) -> Stream:
    stream = Stream.objects.select_for_update(no_key=True).filter(pk=stream_id).first()
    if stream is None:
        raise StreamNotFound("There is no such stream.")
    return stream


def _save(stream: Stream, fields: list[str]) -> None:
    """Whoever sends for it now notices, by the number of the turn, and begins anew."""
    stream.turn += 1
    stream.lease_until = None
    stream.save(update_fields=[*fields, "turn", "lease_until"])


def _ensure_open(url: str) -> None:
    try:
        outgoing.check(url)
    except outgoing.Forbidden as refusal:
        raise AddressRefused(str(refusal), field="url") from None


def _ensure_free(name: str) -> None:
    if Stream.objects.filter(name=name).exists():
        raise StreamNameTaken("There is a stream of this name.", field="name")
