"""Noting that people have read what they were told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications.models import NEXT, Notification
from notifications.services.states.holding import hold_or_let_go
from notifications.services.states.stepping import Step, Taken, take_step
from notifications.services.states.undoing import Undo
from notifications.services.telling.positions import lock_positions, wake

AT_ONCE = 1000


def mark_read(*, notification_id: int, person_id: object) -> Taken:
    """
    Note that this person has read it. Doing it twice changes nothing.

    Raises NotificationNotFound when it is not theirs.
    """
    return take_step(Step.READ, ids=[notification_id], person_id=person_id)


def mark_all_read(*, person_id: object) -> tuple[int, Undo]:
    """
    Note that this person has read everything; return how many were unread, and the way back.

    A portion at a time: whoever tells people waits for the lock of positions meanwhile. What
    comes while this goes on stays unread.
    """
    own, read_at = Notification.objects.of(person_id), timezone.now()
    newest = own.unread().aggregate(newest=Max("rank"))["newest"]
    if newest is None:
        return 0, Undo(person_id=str(person_id))
    count = 0
    while portion := _mark_portion_read(person_id, newest, read_at):
        count += portion
    return count, Undo(person_id=str(person_id), read_at=read_at)


@transaction.atomic
def _mark_portion_read(person_id: object, newest: int, read_at: datetime) -> int:
    lock_positions()
    unread = Notification.objects.of(person_id).unread().filter(rank__lte=newest)
    ids = list(unread.newest_first().values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        Notification.objects.filter(pk__in=ids).update(
            read_at=read_at, seen_at=Coalesce("seen_at", read_at), position=NEXT
        )
        hold_or_let_go(ids)
        wake([str(person_id)])
    return len(ids)
