"""Mails on their way: each sent once, and noted with what the server said."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils import timezone

from notifications.bridges.mail import answers
from notifications.bridges.mail.composing import compose, compose_digest
from notifications.events import DigestDue, EmailDue
from notifications.kinds import Channel, Kind
from notifications.models import Delivery, Digest, Notification, PersonSettings
from notifications.selectors.mails import always_sent
from notifications.services.carrying.attempting import Tried, note_attempts
from outbox.events import Permanent

NOTE_EVERY = 0.25  # seconds; a statement for each mail took longer than writing the mail

# What was given up is sent when somebody replays it, unless it was settled meanwhile.
_TO_SEND = Q(status=Delivery.Status.PENDING) | Q(
    status=Delivery.Status.FAILED, notification__handled_at=None
)
Status = Delivery.Status


@dataclass(frozen=True)
class Letter:
    """A mail that is to be written about those of its deliveries that still wait by then."""

    deliveries: Sequence[Delivery]
    write: Callable[[BaseEmailBackend, Sequence[Delivery]], EmailMessage]


def send(due: Sequence[EmailDue]) -> None:
    """
    Send those that still wait to be sent.

    A repeat sends no second mail. Only a worker that dies before it noted what it sent does, for
    the mails of its last NOTE_EVERY seconds, and those copies have the same Message-ID: over SMTP
    nobody can promise more. Raises Permanent when the server will never take a mail, and whatever
    the server raises when it may later.
    """
    waiting = list(_waiting(pk__in=[_delivery_id(event) for event in due]))
    always = _always_sent(waiting)
    _send_all(
        [
            Letter([each], lambda server, found: compose(found[0], server, always=always))
            for each in waiting
        ]
    )


def send_digests(due: Sequence[DigestDue]) -> None:
    """Send those that go by e-mail, about what of them still waits; raises what `send` does."""
    wanted = [event.digest_id for event in due if event.channel == Channel.EMAIL]
    waiting = list(_waiting(digest__in=wanted))
    always, every = _always_sent(waiting), _rhythms(waiting)

    def letter(digest: Digest, parts: Sequence[Delivery]) -> Letter:
        rhythm = every.get(digest.recipient_id, PersonSettings.Every.DAILY)
        return Letter(
            parts,
            lambda server, found: compose_digest(
                digest, found, server, always=always, every=rhythm
            ),
        )

    digests = Digest.objects.filter(pk__in=wanted).select_related("recipient").order_by("pk")
    _send_all(
        [
            letter(digest, [each for each in waiting if each.digest_id == digest.pk])
            for digest in digests
        ]
    )


def _waiting(**which: object) -> QuerySet[Delivery]:
    found = Delivery.objects.filter(_TO_SEND, recipient__is_active=True, **which)
    return found.select_related("notification", "recipient").order_by("pk")


def _delivery_id(event: EmailDue) -> int:
    """Releases before this one knew of no deliveries: what they left behind gets one here."""
    if event.delivery_id:
        return event.delivery_id
    told = Notification.objects.filter(pk=event.notification_id).first()
    if told is None:
        return 0
    delivery, _ = Delivery.objects.get_or_create(
        recipient_id=told.recipient_id,
        event_id=told.event_id,
        channel=Channel.EMAIL,
        defaults={"notification": told, "released_at": timezone.now()},
    )
    return delivery.pk


def _always_sent(waiting: Iterable[Delivery]) -> Collection[Kind]:
    kinds = {Kind(delivery.notification.kind) for delivery in waiting}
    return always_sent(kinds) if kinds else frozenset()


def _rhythms(waiting: Iterable[Delivery]) -> Mapping[object, str]:
    people = {delivery.recipient_id for delivery in waiting}
    chosen = PersonSettings.objects.filter(person__in=people)
    return dict(chosen.values_list("person_id", "digest_every"))


def _send_all(letters: Sequence[Letter]) -> None:
    """Over one connection; what is settled while others are sent before it stays unsent."""
    every = [each for letter in letters for each in letter.deliveries]
    if not every:
        return
    waiting, looked_at = {each.pk for each in every}, time.monotonic()
    tried: list[Tried] = []
    try:
        with closing(get_connection()) as server:
            with _faults_noted(every, tried):
                server.open()
            for letter in letters:
                if time.monotonic() - looked_at > NOTE_EVERY:
                    note_attempts(tried)
                    tried.clear()
                    waiting, looked_at = _still(waiting), time.monotonic()
                if found := [each for each in letter.deliveries if each.pk in waiting]:
                    tried.append(_sent(letter.write(server, found), found, tried))
    finally:
        note_attempts(tried)


def _sent(message: EmailMessage, about: Sequence[Delivery], tried: list[Tried]) -> Tried:
    began_at = timezone.now()
    with _faults_noted(about, tried):
        message.send()
    return Tried(
        deliveries=about,
        began_at=began_at,
        ended_at=timezone.now(),
        status=Status.SENT,
        answer=answers.taken(message),
    )


@contextmanager
def _faults_noted(about: Sequence[Delivery], tried: list[Tried]) -> Iterator[None]:
    began_at = timezone.now()
    try:
        yield
    except Exception as error:  # whatever the server's library raises: the outbox tries again
        given_up = answers.refused_for_good(error)
        tried.append(
            Tried(
                deliveries=about,
                began_at=began_at,
                ended_at=timezone.now(),
                status=Status.FAILED if given_up else None,
                answer=given_up or answers.fault(error),
            )
        )
        if given_up:
            raise Permanent(given_up) from error
        raise


def _still(waiting: Collection[int]) -> set[int]:
    return set(Delivery.objects.filter(_TO_SEND, pk__in=waiting).values_list("pk", flat=True))
