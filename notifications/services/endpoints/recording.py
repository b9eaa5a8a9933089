"""What became of a try at sending a message, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from core.actor import SYSTEM
from notifications.events import DeliveryFailed
from notifications.events.endpoints import EndpointGivenUp
from notifications.kinds import Channel
from notifications.models import Attempt, Delivery, Endpoint, Message
from notifications.services.endpoints.managing import about
from notifications.services.endpoints.queueing import MISSED
from outbox.publishing import publish, publish_all

# Seconds to wait after each failure, as Standard Webhooks proposes: a little over three days.
_HOUR = 3600
SCHEDULE = (
    *(5.0, 300.0, 1800.0),
    *(2.0 * _HOUR, 5.0 * _HOUR, 10.0 * _HOUR, 14.0 * _HOUR, 20.0 * _HOUR, 24.0 * _HOUR),
)
# Messages behind a failing one are not tried in vain, so they may run out of time before tries.
MOST_DAYS = timedelta(days=4)
GIVEN_UP_AFTER = timedelta(days=5)
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0  # seconds in which a failing endpoint is left alone
LONGEST_WISH = timedelta(hours=24)
GONE = 410


@dataclass(frozen=True, kw_only=True)
class Try:
    """One try: `http_status` is None where no answer came, `wait` the seconds it asked for."""

    began_at: datetime
    taken: bool
    answer: str
    http_status: int | None = None
    wait: float = 0.0


@transaction.atomic
def still_wanted(message: Message) -> bool:
    """Whether a message is to be sent; if not, it ends here, and says why."""
    ending = _ending(message)
    if ending is None:
        return True
    status, answer = ending
    if _end(message, status, answer, tries=message.tries):
        _lose(message, answer)
    return False


def _ending(message: Message) -> tuple[Message.Status, str] | None:
    status = Message.Status
    if message.is_test:
        return None
    if message.endpoint.owner is not None and not message.endpoint.owner.is_active:
        return status.CANCELLED, "The account is closed."
    if not message.endpoint.is_on:
        return status.MISSED, MISSED
    if message.turn == 1 and (why := _withdrawn(message)) is not None:
        return status.CANCELLED, why
    if message.queued_at < timezone.now() - MOST_DAYS:
        return status.FAILED, f"It was not taken within {MOST_DAYS.days} days."
    return None


def _withdrawn(message: Message) -> str | None:
    """Why what it carries was withdrawn, if all of it was."""
    carried = _carried(message)
    if not carried.exists() or carried.exclude(status=Delivery.Status.CANCELLED).exists():
        return None
    return carried.values_list("answer", flat=True)[0]


@transaction.atomic
def record(message: Message, tried: Try) -> float | None:
    """
    Write down a try; returns the seconds after which to try again at the earliest, or None.

    What was settled meanwhile, or began another turn, stays as it is. The endpoint is switched off
    when it says that it is gone, or when nothing was taken for days.
    """
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=message.endpoint_id)
    Attempt.objects.create(
        message=message,
        delivery_id=message.delivery_id,
        began_at=tried.began_at,
        ended_at=timezone.now(),
        succeeded=tried.taken,
        http_status=tried.http_status,
        answer=tried.answer[:255],
    )
    if tried.taken:
        _note_success(message, endpoint)
        return None
    if not message.is_test:
        _note_failure(endpoint, tried)
    return _again(message, endpoint, tried)


def _note_success(message: Message, endpoint: Endpoint) -> None:
    now = timezone.now()
    if _end(message, Message.Status.SENT, "", tries=message.tries + 1):
        carried = _carried(message).exclude(status=Delivery.Status.CANCELLED)
        carried.update(status=Delivery.Status.SENT, sent_at=now, answer="")
    endpoint.delivered_at = now
    if endpoint.is_on:
        endpoint.status = Endpoint.Status.ACTIVE
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.wait_until, endpoint.error = None, ""
    endpoint.save()


def _note_failure(endpoint: Endpoint, tried: Try) -> None:
    if not endpoint.is_on:
        return
    now = timezone.now()
    endpoint.status = Endpoint.Status.FAILING
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.error = tried.answer[:255]
    pause = min(FIRST_PAUSE * 2 ** min(endpoint.failures - 1, 10), LONGEST_PAUSE)
    wish = min(tried.wait, LONGEST_WISH.total_seconds())
    endpoint.wait_until = now + timedelta(seconds=max(pause, wish))
    if tried.http_status == GONE:
        _give_up(endpoint, "It answered that it is gone (410).")
    elif now - endpoint.failing_since > GIVEN_UP_AFTER:
        days = GIVEN_UP_AFTER.days
        _give_up(endpoint, f"It took nothing for {days} days. {tried.answer}")
    endpoint.save()


def _give_up(endpoint: Endpoint, reason: str) -> None:
    endpoint.status = Endpoint.Status.DISABLED
    endpoint.disabled_because = reason[:255]
    publish(
        EndpointGivenUp(
            **about(endpoint), reason=endpoint.disabled_because, recipient_ids=_who(endpoint)
        ),
        actor=SYSTEM,
    )


def _who(endpoint: Endpoint) -> list[str]:
    """Those who can see to it: whose it is, or the administrators."""
    if endpoint.owner_id is not None:
        return [str(endpoint.owner_id)]
    groups = Group.objects.filter(name=ADMINISTRATORS)
    people = User.objects.filter(is_active=True, groups__in=groups)
    return [str(key) for key in people.order_by("pk").values_list("pk", flat=True)]


def _again(message: Message, endpoint: Endpoint, tried: Try) -> float | None:
    tries = message.tries + 1
    if message.is_test or not endpoint.is_on or tries > len(SCHEDULE):
        if _end(message, Message.Status.FAILED, tried.answer, tries=tries):
            _lose(message, tried.answer)
        return None
    wait = max(SCHEDULE[tries - 1], min(tried.wait, LONGEST_WISH.total_seconds()))
    due_at = timezone.now() + timedelta(seconds=wait)
    if not _this_turn(message).update(tries=tries, answer=tried.answer[:255], due_at=due_at):
        return None
    return wait


def _end(message: Message, status: Message.Status, answer: str, *, tries: int) -> bool:
    """Whether it was still this turn's to end."""
    return bool(
        _this_turn(message).update(
            status=status, answer=answer[:255], tries=tries, finished_at=timezone.now()
        )
    )


def _this_turn(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, turn=message.turn, status=Message.Status.WAITING)


def _lose(message: Message, answer: str) -> None:
    """What it carried for a person is given up, unless another message has it still."""
    if _others_hope(message):
        return
    waiting = _carried(message).filter(status=Delivery.Status.PENDING)
    lost = list(waiting.select_for_update(of=("self",), no_key=True))
    if lost:
        Delivery.objects.filter(pk__in=[each.pk for each in lost]).update(
            status=Delivery.Status.FAILED, answer=answer[:255]
        )
        publish_all([_lost(each, answer) for each in lost], actor=SYSTEM)


def _lost(delivery: Delivery, answer: str) -> DeliveryFailed:
    return DeliveryFailed(
        delivery_id=delivery.pk,
        notification_id=delivery.notification_id,
        recipient_id=str(delivery.recipient_id),
        channel=Channel(delivery.channel),
        answer=answer,
    )


def _others_hope(message: Message) -> bool:
    same = (
        {"delivery_id": message.delivery_id}
        if message.delivery_id
        else {"digest_id": message.digest_id}
    )
    hopeful = Message.objects.filter(status=Message.Status.WAITING, **same)
    return hopeful.exclude(pk=message.pk).exists()


def _carried(message: Message) -> QuerySet[Delivery]:
    """The deliveries that a message is about."""
    if message.delivery_id is not None:
        return Delivery.objects.filter(pk=message.delivery_id)
    if message.digest_id is not None:
        return Delivery.objects.filter(digest_id=message.digest_id)
    return Delivery.objects.none()
