"""
The mirror: what was last heard of executions that Step Functions runs, in rows of our own.

Pages and API read it, so that they ask nobody. News comes late, twice or in the wrong order; a
row goes from running to its end and back only when the execution was redriven.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from core.actor import SYSTEM
from core.bulk import update_many
from outbox.publishing import publish_all
from workflows import definitions
from workflows.events import ExecutionEnded
from workflows.models import Execution, HistoryEvent
from workflows.port import Sighting
from workflows.selectors import Description, described
from workflows.stepfunctions.events import ENDS, Event, settled

DEFINITION = "approval_workflow"
_CHANGED = [
    "status",
    "state",
    "waiting_for",
    "output",
    "error",
    "cause",
    "progress",
    "stopped_at",
    "redrive_count",
]
_SEEN = """
INSERT INTO workflows_execution AS kept
    (id, name, definition_id, status, state, waiting_for, input, error, cause, progress,
     token_digest, started_at)
SELECT id, name, %s, 'RUNNING', state, 'ELSEWHERE', input, '', '', progress, '', started_at
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::jsonb[], %s::timestamptz[])
    AS seen (id, name, state, input, progress, started_at)
ON CONFLICT (name) DO UPDATE
SET state = EXCLUDED.state, progress = kept.progress || EXCLUDED.progress
WHERE kept.status = 'RUNNING' AND kept.waiting_for = 'ELSEWHERE'
    AND coalesce(kept.progress->>'entered_at', '') < EXCLUDED.progress->>'entered_at'
"""


@dataclass(frozen=True, kw_only=True)
class News:
    """What AWS said of one execution: how it stands and the events that were not known."""

    found: Description
    events: Sequence[Event] = ()


def known(names: Iterable[str]) -> dict[str, Execution]:
    """The rows that there are, by name."""
    rows = Execution.objects.select_related("definition").filter(name__in=list(names))
    return {row.name: row for row in rows}


def events_known(row: Execution | None) -> int:
    """The number of the last history event that the row has."""
    return int(row.progress.get("events", 0)) if row else 0


def is_final(row: Execution | None, redrive_count: int) -> bool:
    """Whether all is known of the end that the execution came to after so many redrives."""
    if row is None or not row.has_ended or not row.progress.get("whole"):
        return False
    return row.redrive_count >= redrive_count


@transaction.atomic
def began(inputs: Mapping[str, Any], moments: Mapping[str, datetime]) -> list[Execution]:
    """Rows for executions that have begun, where no message of theirs came before."""
    source = definitions.source(DEFINITION)
    definitions.ensure_stored(source)
    Execution.objects.bulk_create(
        [
            Execution(
                name=name,
                definition_id=source.digest,
                waiting_for=Execution.Waiting.ELSEWHERE,
                input={} if given is None else given,
                progress={},
                started_at=moments[name],
            )
            # In one order, as all who write these rows have it: nobody waits in a circle.
            for name, given in sorted(inputs.items())
        ],
        ignore_conflicts=True,
    )
    rows = known(inputs)
    return [rows[name] for name in inputs]


@transaction.atomic
def notice(sightings: Iterable[Sighting]) -> None:
    """Note the states in which executions were seen; their rows are made if need be."""
    source = definitions.source(DEFINITION)
    newest: dict[str, Sighting] = {}
    for each in sorted(sightings, key=lambda one: _moment(one.entered_at)):
        if each.state in source.machine.states:
            newest[each.execution["Name"]] = each
    if not newest:
        return
    definitions.ensure_stored(source)
    # In one order, so that two callers cannot block each other.
    columns = zip(*(_seen(newest[name]) for name in sorted(newest)), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [source.digest, *(list(column) for column in columns)])


def _seen(each: Sighting) -> tuple[Any, ...]:
    execution = each.execution
    progress = json.dumps({"entered_at": _text(_moment(each.entered_at))})
    given = json.dumps(execution["Input"])
    return uuid.uuid4(), execution["Name"], each.state, given, progress, execution["StartTime"]


@transaction.atomic
def take(told: Sequence[News]) -> list[Description]:
    """
    Take over what AWS said; publish each end that is new, once. Returns how the rows stand.

    What is older than the row changes nothing: an end stays, unless a redrive came after it.
    """
    rows = _locked(news.found for news in told)
    ended = [rows[news.found.name] for news in told if _apply(rows[news.found.name], news)]
    update_many(list(rows.values()), _CHANGED)
    _remember(rows, told)
    if ended:
        publish_all(
            [ExecutionEnded(execution=r.name, status=r.status, error=r.error) for r in ended],
            actor=SYSTEM,
        )
    return [_described(rows[news.found.name], news.found) for news in told]


def _locked(found: Iterable[Description]) -> dict[str, Execution]:
    """The rows, made where they are missing: a restored database may know less than AWS."""
    by_name = {each.name: each for each in found}
    rows = Execution.objects.locked().filter(name__in=by_name).order_by("name")
    missing = by_name.keys() - {row.name for row in rows}
    if missing:
        began(
            {name: by_name[name].input for name in missing},
            {name: by_name[name].started_at for name in missing},
        )
        rows = rows.all()
    return {row.name: row for row in rows}


def _apply(row: Execution, news: News) -> bool:
    """Bring a locked row up to date. Returns whether it has come to an end by this."""
    found = settled(news.found, news.events)
    _follow(row, news.events)
    newer = found.redrive_count > row.redrive_count
    if found.redrive_count < row.redrive_count or (row.has_ended and not newer):
        return False
    row.redrive_count = found.redrive_count
    row.status = found.status
    row.waiting_for = "" if row.has_ended else Execution.Waiting.ELSEWHERE
    row.output, row.error, row.cause = found.output, found.error, found.cause
    row.stopped_at = found.stopped_at
    return row.has_ended


def _follow(row: Execution, events: Sequence[Event]) -> None:
    """How far the history is known, and the state it tells of."""
    if not events or events[-1].number <= events_known(row):
        return
    whole = events[-1].type in ENDS
    row.progress = row.progress | {"events": events[-1].number, "whole": whole}
    entered = [event for event in events if event.state_entered]
    if entered:
        row.state = entered[-1].state_entered
        row.progress |= {"entered_at": _text(entered[-1].occurred_at)}


def _remember(rows: dict[str, Execution], told: Sequence[News]) -> None:
    HistoryEvent.objects.bulk_create(
        [
            HistoryEvent(
                execution=rows[news.found.name],
                number=event.number,
                previous=event.previous,
                type=event.type,
                details=event.details,
                occurred_at=event.occurred_at,
            )
            for news in told
            for event in news.events
        ],
        ignore_conflicts=True,
    )


def _described(row: Execution, found: Description) -> Description:
    return replace(described(row), input=found.input, started_at=found.started_at)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    """Sorts as time does. The history knows milliseconds, so no more than those."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
