"""Rows and traces of many people in one statement each."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from notifications.models import Trace
from notifications.planning import Telling
from notifications.rules import Note
from outbox.events import Envelope


class Row(NamedTuple):
    """A notification that was written; `new` unless it joined an earlier one of its cause."""

    id: int
    new: bool
    handled: bool


# By recipient and cause.
Rows = Mapping[tuple[str, str], Row]

# What is told of last is what the row says, whatever order events arrive in.
_OF_THE_NEWEST = ", ".join(
    f"{column} = CASE WHEN excluded.occurred_at >= told.occurred_at"
    f" THEN excluded.{column} ELSE told.{column} END"
    for column in (
        *("event_id", "kind", "title", "body", "reason", "url", "about", "due_at", "rank"),
        *("position", "told_at", "seen_at", "read_at", "snoozed_until", "archived_at"),
        *("handled_at", "handled", "occurred_at"),
    )
)
_WRITE = f"""
INSERT INTO notifications_notification AS told
    (recipient_id, cause, event_id, occurred_at, kind, title, body, reason, url, about, due_at,
     times, archived_at, rank, position)
SELECT placed.recipient_id, placed.cause, placed.event_id, placed.occurred_at, placed.kind,
    placed.title, placed.body, placed.reason, placed.url, string_to_array(placed.about, ' '),
    placed.due_at, placed.times, CASE WHEN placed.archived THEN statement_timestamp() END,
    placed.position, placed.position
FROM (
    SELECT note.*, nextval('notifications_position') AS position
    FROM (
        SELECT * FROM unnest(
            %s::uuid[], %s::text[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::int[],
            %s::bool[]
        ) WITH ORDINALITY AS note (recipient_id, cause, event_id, occurred_at, kind, title, body,
            reason, url, about, due_at, times, archived, place)
        ORDER BY place
    ) AS note
) AS placed
ON CONFLICT (recipient_id, cause) DO UPDATE SET times = told.times + excluded.times,
    {_OF_THE_NEWEST}
RETURNING id, xmax = 0, handled_at IS NOT NULL, recipient_id::text, cause
"""  # noqa: S608 only names of columns

_TRACE = """
WITH mentioned AS (
    INSERT INTO notifications_mention (key, event_id)
    SELECT * FROM unnest(%s::text[], %s::uuid[])
    ON CONFLICT DO NOTHING
)
INSERT INTO notifications_trace
    (event_id, recipient_id, notification_id, kind, rule, cause, verdict, because, channels,
     occurred_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
ON CONFLICT (recipient_id, event_id) DO NOTHING
"""

_KNOWN = """
SELECT note.place FROM unnest(%s::uuid[], %s::uuid[])
    WITH ORDINALITY AS note (recipient_id, event_id, place)
JOIN notifications_trace AS trace
    ON trace.recipient_id = note.recipient_id AND trace.event_id = note.event_id
"""


def people(ids: Collection[str]) -> dict[str, bool]:
    """Those of the people who are or were here, and whether they still are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, is_active FROM accounts_user WHERE id = ANY(%s::uuid[])", [list(ids)]
        )
        return dict(cursor.fetchall())


def not_traced(
    notes: Sequence[tuple[Note, Envelope]], *, known: Collection[str]
) -> Iterator[tuple[Note, Envelope]]:
    """Those of the notes, to people who are known, that nothing was made of yet."""
    keys = [(note.recipient_id, envelope.event_id) for note, envelope in notes]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(column) for column in zip(*keys, strict=True)])
        done = {place - 1 for (place,) in cursor.fetchall()}
    for place, (note, envelope) in enumerate(notes):
        if place not in done and note.recipient_id in known:
            yield note, envelope


def write_rows(told: Sequence[Telling]) -> Rows:
    """Write the notifications, or move up those that tell of the same cause already."""
    rows = zip(*_rows(told), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in rows])
        return {(who, cause): Row(*row) for *row, who, cause in cursor.fetchall()}


def _rows(told: Sequence[Telling]) -> Iterator[tuple[object, ...]]:
    """One for each recipient and cause: the latest, and how many there are of it."""
    latest: dict[tuple[str, str], Telling] = {}
    times: dict[tuple[str, str], int] = {}
    for telling in sorted(told, key=lambda each: each.envelope.occurred_at):
        key = (telling.note.recipient_id, telling.note.cause)
        latest[key] = telling
        times[key] = times.get(key, 0) + 1
    for (recipient_id, cause), telling in latest.items():
        note, envelope = telling.note, telling.envelope
        yield (
            *(recipient_id, cause, envelope.event_id, envelope.occurred_at, note.kind.value),
            *(note.title[:255], note.body, note.reason[:255], note.url, " ".join(note.about)),
            *(note.due_at, times[recipient_id, cause], telling.goes_to_archive),
        )


def write_traces(tellings: Sequence[Telling], rows: Rows) -> None:
    """Write down who was told or not, by which ways, and why."""
    first: dict[Row, str] = {}
    for telling in tellings:
        if telling.is_told:
            first.setdefault(_row_of(telling, rows), telling.envelope.event_id)
    traces = zip(*(_trace(telling, rows, first) for telling in tellings), strict=True)
    mentions = zip(*_mentions(tellings), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_TRACE, [list(column) for column in (*mentions, *traces)])


def _mentions(tellings: Sequence[Telling]) -> list[tuple[str, str]]:
    """The ids of what each event is about, once."""
    return sorted(
        {
            (thing.rpartition(":")[2], telling.envelope.event_id)
            for telling in tellings
            for thing in (*telling.note.about, telling.note.cause)
        }
    )


def _row_of(telling: Telling, rows: Rows) -> Row:
    return rows[telling.note.recipient_id, telling.note.cause]


def _trace(telling: Telling, rows: Rows, first: Mapping[Row, str]) -> tuple[object, ...]:
    """Of several that make one new row, it is the first that made it."""
    note, envelope = telling.note, telling.envelope
    row = _row_of(telling, rows) if telling.is_told else None
    verdict = Trace.Verdict.NOT_TOLD
    if row is not None:
        made = row.new and first[row] == envelope.event_id
        verdict = Trace.Verdict.TOLD if made else Trace.Verdict.MERGED
    return (
        *(envelope.event_id, note.recipient_id, row.id if row else None, note.kind.value),
        *(note.rule, note.cause, verdict.value, telling.because.value if telling.because else ""),
        *(json.dumps([way.as_json() for way in telling.ways]), envelope.occurred_at),
    )
