"""The way back from what somebody did with their notifications, sealed for the page to carry."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core import signing
from django.db import connection, transaction

from core.errors import Invalid
from notifications.models import NEXT, Notification
from notifications.services.states.holding import hold_or_let_go
from notifications.services.telling.positions import lock_positions, wake

KEPT_FOR = timedelta(days=1)
AT_ONCE = 1000
_SALT = "notifications.undo"

_UNDO = """
UPDATE notifications_notification AS told
SET read_at = before.read_at, snoozed_until = before.snoozed_until,
    archived_at = before.archived_at, position = nextval('notifications_position')
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS before (id, position, read_at, snoozed_until, archived_at)
WHERE told.id = before.id AND told.position = before.position AND told.recipient_id = %s
RETURNING told.id
"""


class Before(NamedTuple):
    """A row as it was; `position` is the one it has now."""

    id: int
    position: int
    read_at: datetime | None
    snoozed_until: datetime | None
    archived_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Undo:
    """`read_at` stands for all that were marked as read at that time."""

    person_id: str
    rows: list[Before] = field(default_factory=list)
    read_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.rows) or self.read_at is not None

    def sealed(self) -> str:
        rows = [[row.id, row.position, *map(_text, row[2:])] for row in self.rows]
        value = {"who": self.person_id, "rows": rows, "read": _text(self.read_at)}
        return signing.dumps(value, salt=_SALT, compress=True)


def undo(sealed: str, *, person_id: object) -> list[int]:
    """
    Put back what was changed, except what has changed again since; return which.

    Raises Invalid when it is not this person's to undo, or a day old.
    """
    try:
        value = signing.loads(sealed, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature as error:
        raise Invalid("This cannot be undone any more.", field="undo") from error
    if value["who"] != str(person_id):
        raise Invalid("This cannot be undone any more.", field="undo")
    if value["read"]:
        return _unread_again(person_id, datetime.fromisoformat(value["read"]))
    return _put_back(person_id, value["rows"])


@transaction.atomic
def _put_back(person_id: object, rows: list[list[Any]]) -> list[int]:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
    lock_positions()
    with connection.cursor() as cursor:
        cursor.execute(_UNDO, [*columns, str(person_id)])
        changed = [key for (key,) in cursor.fetchall()]
    if changed:
        hold_or_let_go(changed)
        wake([str(person_id)])
    return changed


def _unread_again(person_id: object, read_at: datetime) -> list[int]:
    """A portion at a time, as they were read."""
    changed: list[int] = []
    while portion := _a_portion_unread_again(person_id, read_at):
        changed += portion
    return changed


@transaction.atomic
def _a_portion_unread_again(person_id: object, read_at: datetime) -> list[int]:
    lock_positions()
    own = Notification.objects.of(person_id).filter(read_at=read_at)
    ids = list(own.newest_first().values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        Notification.objects.filter(pk__in=ids).update(read_at=None, position=NEXT)
        hold_or_let_go(ids)
        wake([str(person_id)])
    return ids


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
