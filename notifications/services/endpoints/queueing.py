"""Messages for endpoints: written once, and handed to the outbox."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.actor import SYSTEM, Actor
from core.correlation import correlation_id
from notifications.events.endpoints import EndpointTested, MessageDue, MessagesResent
from notifications.exceptions import MessageNotFound, NotToResend, UnderWay
from notifications.models import TEST, Endpoint, Message
from notifications.services.endpoints.managing import about, locked
from outbox.publishing import publish, publish_all

KEEP = timedelta(days=30)
AT_ONCE = 1000
MISSED = "The endpoint was switched off."
_GONE = {Message.Status.FAILED, Message.Status.MISSED}


def write_messages(wanted: Sequence[tuple[Message, str]], *, actor: Actor = SYSTEM) -> int:
    """
    Write those that are not written yet, each with its request's id; return how many were not.

    Belongs inside a transaction. What goes to an endpoint that is switched off is only kept.
    """
    for message, _ in wanted:
        if not message.endpoint.is_on and not message.is_test:
            message.status, message.answer = Message.Status.MISSED, MISSED
            message.finished_at = timezone.now()
    Message.objects.bulk_create([message for message, _ in wanted], ignore_conflicts=True)
    there = set(
        Message.objects.filter(pk__in=[message.pk for message, _ in wanted]).values_list(
            "pk", flat=True
        )
    )
    new = [(message, request) for message, request in wanted if message.pk in there]
    _hand_over([each for each in new if each[0].status == Message.Status.WAITING], actor=actor)
    return len(new)


@transaction.atomic
def send_test(*, endpoint_id: UUID, person: User) -> Message:
    """
    Have a message sent that says it is a test, also where the endpoint is switched off.

    It is tried once. Raises EndpointNotFound, and UnderWay while the last one is on its way.
    """
    endpoint = locked(endpoint_id, person)
    under_way = Message.objects.filter(endpoint=endpoint, status=Message.Status.WAITING, type=TEST)
    if under_way.exists():
        raise UnderWay("A test message is on its way. Wait for its answer.")
    message = Message(
        endpoint=endpoint,
        event_id=uuid4(),
        type=TEST,
        data={
            "subject": "This is a test",
            "body": "Messages of Imprimatur arrive here.",
            "url": settings.SITE_URL,
            "action": "Open Imprimatur",
        },
        occurred_at=timezone.now(),
    )
    write_messages([(message, correlation_id())])
    publish(EndpointTested(**about(endpoint)), actor=person.as_actor())
    return message


@transaction.atomic
def resend_message(*, endpoint_id: UUID, message_id: UUID, person: User) -> None:
    """
    Send a message again now, whatever became of it, and try for days if need be.

    It keeps its id, so a receiver that had it knows. Raises EndpointNotFound, MessageNotFound, and
    NotToResend for what was withdrawn or goes to an endpoint that is switched off.
    """
    endpoint = locked(endpoint_id, person)
    _ensure_on(endpoint)
    message = Message.objects.filter(endpoint=endpoint, pk=message_id).first()
    if message is None:
        raise MessageNotFound("There is no such message.")
    if message.status == Message.Status.CANCELLED:
        raise NotToResend("What it told of is settled, so it was withdrawn.")
    _begin_turn([message.pk])
    publish(MessagesResent(**about(endpoint), count=1), actor=person.as_actor())


@transaction.atomic
def recover(*, endpoint_id: UUID, since: datetime, person: User) -> int:
    """
    Send again what was given up or missed since then, the oldest AT_ONCE; return how many.

    Raises EndpointNotFound, and NotToResend for an endpoint that is switched off.
    """
    endpoint = locked(endpoint_id, person)
    _ensure_on(endpoint)
    lost = Message.objects.filter(endpoint=endpoint, status__in=_GONE, created_at__gte=since)
    lost = lost.exclude(type=TEST)
    ids = list(lost.order_by("created_at", "id").values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        _begin_turn(ids)
        publish(
            MessagesResent(**about(endpoint), count=len(ids), since=since.isoformat()),
            actor=person.as_actor(),
        )
    return len(ids)


def forget_old_messages() -> int:
    """Drop messages after KEEP, with their log; return how many."""
    old = Message.objects.filter(created_at__lt=timezone.now() - KEEP)
    return old.delete()[0]


def _ensure_on(endpoint: Endpoint) -> None:
    if not endpoint.is_on:
        raise NotToResend("Switch the endpoint on first.")


def _begin_turn(ids: Sequence[UUID]) -> None:
    now = timezone.now()
    Message.objects.filter(pk__in=ids).update(
        status=Message.Status.WAITING,
        turn=F("turn") + 1,
        tries=0,
        queued_at=now,
        due_at=now,
        answer="",
        finished_at=None,
    )
    _hand_over([(each, correlation_id()) for each in Message.objects.filter(pk__in=ids)])


def _hand_over(messages: Iterable[tuple[Message, str]], *, actor: Actor = SYSTEM) -> None:
    due = [
        (
            MessageDue(
                endpoint_id=str(message.endpoint_id), message=str(message.pk), turn=message.turn
            ),
            request,
        )
        for message, request in messages
    ]
    if due:
        publish_all(
            [event for event, _ in due],
            actor=actor,
            correlation_ids=[request for _, request in due],
        )
