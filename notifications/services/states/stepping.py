"""What people do with what they were told: read it, put it away, put it off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from core.errors import Invalid
from notifications.exceptions import NotificationNotFound
from notifications.models import NEXT, Notification
from notifications.services.states.holding import hold_or_let_go
from notifications.services.states.undoing import Before, Undo
from notifications.services.telling.positions import lock_positions, wake

MOST_AT_ONCE = 100
LONGEST_SNOOZE = timedelta(days=366)
_BEYOND = 2**63  # no row has such an id, and PostgreSQL takes none in a question


class Step(models.TextChoices):
    """What somebody may do with their own notifications."""

    READ = "READ", "Mark as read"
    UNREAD = "UNREAD", "Mark as unread"
    ARCHIVE = "ARCHIVE", "Archive"
    UNARCHIVE = "UNARCHIVE", "Move to inbox"
    SNOOZE = "SNOOZE", "Snooze"
    WAKE = "WAKE", "Wake now"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Which rows a step changed, and the way back."""

    step: Step
    changed: list[int]
    undo: Undo


_SEEN = {"seen_at": Coalesce("seen_at", Now())}
_WHERE: Mapping[Step, Q] = {
    Step.READ: Q(read_at=None),
    Step.UNREAD: Q(read_at__isnull=False),
    Step.ARCHIVE: Q(archived_at=None),
    Step.UNARCHIVE: Q(archived_at__isnull=False),
    # What is done with waits for nobody to come back to.
    Step.SNOOZE: Q(handled_at=None),
    Step.WAKE: Q(snoozed_until__isnull=False),
}
_WHAT: Mapping[Step, Mapping[str, Any]] = {
    Step.READ: {"read_at": Now(), **_SEEN},
    Step.UNREAD: {"read_at": None},
    Step.ARCHIVE: {"archived_at": Now(), **_SEEN},
    Step.UNARCHIVE: {"archived_at": None},
    Step.SNOOZE: {"archived_at": None, **_SEEN},
    Step.WAKE: {"snoozed_until": None},
}


@transaction.atomic
def take_step(
    step: Step, *, ids: Collection[int], person_id: object, until: datetime | None = None
) -> Taken:
    """
    Do this with these notifications of the person; those it is done to already stay as they are.

    `until` says when what is snoozed comes back, and belongs to no other step. Raises Invalid
    when it lies in the past, a year ahead, or does not fit the step, or for too many at once;
    NotificationNotFound, and nothing is done, when one is not theirs.
    """
    _check(step, ids, until)
    lock_positions()
    own = Notification.objects.of(person_id).filter(pk__in=[key for key in ids if key < _BEYOND])
    if own.count() != len(set(ids)):
        raise NotificationNotFound("There is no such notification.")
    rows = list(own.filter(_WHERE[step]).order_by("pk"))
    values = dict(_WHAT[step]) | ({"snoozed_until": until} if until else {})
    changed = [row.pk for row in rows]
    if changed:
        _change(changed, values, person_id)
    return Taken(step=step, changed=changed, undo=_way_back(rows, person_id))


@transaction.atomic
def mark_seen(*, ids: Collection[int], person_id: object) -> int:
    """Note that these were before the person's eyes; return how many are newly seen."""
    own = Notification.objects.of(person_id).filter(pk__in=ids, seen_at=None)
    # Who else changes one of them need not be waited for: it comes into sight again.
    free = own.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
    return Notification.objects.filter(pk__in=list(free)).update(seen_at=Now())


def _check(step: Step, ids: Collection[int], until: datetime | None) -> None:
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(f"Do this with {MOST_AT_ONCE} at most.", field="ids")
    if (step == Step.SNOOZE) != (until is not None):
        raise Invalid("Say until when, to snooze and only then.", field="until")
    now = timezone.now()
    if until is not None and not now < until < now + LONGEST_SNOOZE:
        raise Invalid("Choose a time within the next year.", field="until")


def _change(ids: Sequence[int], values: Mapping[str, Any], person_id: object) -> None:
    Notification.objects.filter(pk__in=ids).update(position=NEXT, **values)
    hold_or_let_go(ids)
    wake([str(person_id)])


def _way_back(rows: Sequence[Notification], person_id: object) -> Undo:
    """Holds for as long as nothing else happens to a row."""
    positions = dict(
        Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "position")
    )
    return Undo(
        person_id=str(person_id),
        rows=[
            Before(row.pk, positions[row.pk], row.read_at, row.snoozed_until, row.archived_at)
            for row in rows
        ],
    )
