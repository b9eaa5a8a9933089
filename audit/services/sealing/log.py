"""The log as the sealer reads it: events, and changes of rows, in the order of transactions."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from audit.services.sealing.places import Place

# What a transaction of before had kept open, and what has begun since: two short ways through the
# index, where one condition for both would read all of the log.
_NEW = """
SELECT * FROM (
    (
        SELECT {columns} FROM {table}
        WHERE transaction_id = ANY(%(late)s::bigint[])
            AND transaction_id <> ALL(%(still_open)s::bigint[])
            AND (transaction_id, id) > (%(transaction)s, %(id)s)
        ORDER BY transaction_id, id
        LIMIT %(limit)s
    )
    UNION ALL
    (
        SELECT {columns} FROM {table}
        WHERE transaction_id >= %(end)s AND transaction_id < %(now_end)s
            AND transaction_id <> ALL(%(still_open)s::bigint[])
            AND (transaction_id, id) > (%(transaction)s, %(id)s)
        ORDER BY transaction_id, id
        LIMIT %(limit)s
    )
) AS fresh
ORDER BY transaction_id, id
LIMIT %(limit)s
"""
_EVENT = (
    "id, transaction_id, uuid::text, name, actor_id, actor_label, correlation_id, origin::text,"
    " occurred_at, payload::text"
)
_CHANGE = (
    'id, transaction_id, uuid::text, "table", operation, object_id, before::text, after::text,'
    " session, changed_at"
)
_EVENTS = _NEW.format(columns=_EVENT, table="outbox_event")
_CHANGES = _NEW.format(columns=_CHANGE, table="audit_change")

_FIRST_OF = f"""
SELECT DISTINCT ON (transaction_id) {_EVENT} FROM outbox_event
WHERE transaction_id = ANY(%s::bigint[])
ORDER BY transaction_id, id
"""  # noqa: S608 (columns written above)


class Event(NamedTuple):
    """A row of the event log."""

    id: int
    transaction_id: int
    uuid: str
    name: str
    actor_id: str
    actor_label: str
    correlation_id: str
    origin: str | None
    occurred_at: datetime
    payload: str


class Change(NamedTuple):
    """A changed row, as the trigger of its table left it."""

    id: int
    transaction_id: int
    uuid: str
    table: str
    operation: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    session: str
    changed_at: datetime


def events_at(place: Place, limit: int) -> list[Event]:
    """The first so many new events."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, {**place.bounds(), "limit": limit})
        return [Event(*row) for row in cursor.fetchall()]


def changes_at(place: Place, limit: int) -> list[Change]:
    """The first so many changes of rows. Those that are sealed are gone."""
    # The changes of a transaction that is sealed in portions lie before the event that comes next.
    bounds: dict[str, int | list[int]] = {**place.bounds(), "id": -1, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, bounds)
        return [_change(row) for row in cursor.fetchall()]


def first_events_of(transactions: Iterable[int]) -> dict[int, Event]:
    """The event that each of these transactions began with; those without any are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF, [list(transactions)])
        found = [Event(*row) for row in cursor.fetchall()]
    return {event.transaction_id: event for event in found}


def _change(row: tuple[Any, ...]) -> Change:
    change = Change(*row)
    return change._replace(before=_read(change.before), after=_read(change.after))


def _read(row: Any) -> dict[str, Any] | None:
    return None if row is None else dict(json.loads(row))
