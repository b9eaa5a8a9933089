"""Between rows and the interpreter: reads where an execution stands, writes where it went."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import SYSTEM
from core.bulk import update_many
from outbox.events import DomainEvent
from outbox.publishing import publish_all
from workflows.asl.definition import Definition as Machine
from workflows.asl.intrinsics import to_json
from workflows.asl.run import Begin, Given, Happening, Outcome, Run, Wait
from workflows.asl.step import step
from workflows.events import ExecutionEnded, MessageSent
from workflows.local import tokens
from workflows.models import Execution, Message

# One statement for the history of all that moved: through the ORM it took three times as long.
_REMEMBER = """
INSERT INTO workflows_historyevent (execution_id, occurred_at, number, previous, type, details)
SELECT * FROM unnest(
    %s::uuid[], %s::timestamptz[], %s::int[], %s::int[], %s::text[], %s::jsonb[])
"""
_MOVED = [
    "status",
    "state",
    "waiting_for",
    "output",
    "error",
    "cause",
    "progress",
    "token_digest",
    "wake_at",
    "stopped_at",
]


def database_time() -> datetime:
    """The clock that timers go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def begin(executions: Sequence[Execution], machine: Machine) -> None:
    """Insert new executions together with their first steps."""
    moved = []
    for execution in executions:
        run = Run(name=execution.name, input=execution.input, started_at=execution.started_at)
        moved.append((execution, _take(execution, machine, run, Begin(), execution.started_at)))
    Execution.objects.bulk_create(executions)
    _write(moved)


def advance(happenings: Sequence[tuple[Execution, Machine, Happening, datetime]]) -> None:
    """Move locked executions on, each by what happened to it and at what time."""
    moved = []
    for execution, machine, happening, now in happenings:
        run = _run(execution)
        # The row may have been waited for: time must not run backwards in a history.
        at = max(now, datetime.fromisoformat(execution.progress["at"]))
        outcome = _take(execution, machine, run, happening, at)
        if outcome.run is not run:
            moved.append((execution, outcome))
    update_many([execution for execution, _ in moved], _MOVED)
    _write(moved)


def _take(
    execution: Execution, machine: Machine, run: Run, happening: Happening, now: datetime
) -> Outcome:
    token = tokens.issue(execution.id)
    chance = random.random()  # noqa: S311 - spreads retries, keeps no secret
    given = Given(now=now, token=token, seed=uuid.uuid4(), chance=chance)
    outcome = step(machine, run, happening, given)
    _settle(execution, outcome.run, now)
    if not outcome.run.waits_for_token:
        execution.token_digest = ""
    elif outcome.token_given:
        execution.token_digest = tokens.digest(token)
    return outcome


def _settle(execution: Execution, run: Run, now: datetime) -> None:
    execution.status = run.status
    execution.state = run.state
    execution.waiting_for = run.wait.kind if run.wait else Execution.Waiting.NOTHING
    execution.output = run.output
    execution.error = run.error[:256]
    execution.cause = run.cause
    execution.wake_at = run.wake_at
    execution.stopped_at = run.stopped_at
    execution.progress = _progress(run, now)


def _progress(run: Run, now: datetime) -> dict[str, Any]:
    wait = run.wait or Wait(kind="")
    return {
        "at": now.isoformat(),
        "data": None if run.stopped_at else run.data,
        "entered_at": _text(run.entered_at),
        "entered_event": run.entered_event,
        "events": run.events,
        "expires_at": _text(run.expires_at),
        "retries": list(run.retries),
        "until": _text(wait.until),
        "heartbeat": wait.heartbeat,
        "heartbeat_until": _text(wait.heartbeat_until),
    }


def _run(execution: Execution) -> Run:
    kept = execution.progress
    wait = Wait(
        kind=execution.waiting_for,
        until=_moment(kept["until"]),
        heartbeat=kept["heartbeat"],
        heartbeat_until=_moment(kept["heartbeat_until"]),
    )
    return Run(
        name=execution.name,
        input=execution.input,
        started_at=execution.started_at,
        status=execution.status,
        state=execution.state,
        data=kept["data"],
        entered_at=_moment(kept["entered_at"]),
        entered_event=kept["entered_event"],
        retries=tuple(kept["retries"]),
        wait=wait if execution.waiting_for else None,
        expires_at=_moment(kept["expires_at"]),
        events=kept["events"],
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _write(moved: Sequence[tuple[Execution, Outcome]]) -> None:
    _remember(moved)
    Message.objects.bulk_create(
        Message(id=m.id, execution=execution, queue=m.queue, body=m.body, sent_at=_time(execution))
        for execution, outcome in moved
        for m in outcome.messages
    )
    facts = [fact for execution, outcome in moved for fact in _facts(execution, outcome)]
    if facts:
        publish_all(facts, actor=SYSTEM)


def _remember(moved: Sequence[tuple[Execution, Outcome]]) -> None:
    rows = [
        (str(execution.id), _time(execution), e.number, e.previous, e.type, to_json(e.details))
        for execution, outcome in moved
        for e in outcome.events
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [list(column) for column in zip(*rows, strict=True)])


def _time(execution: Execution) -> datetime:
    """When it moved last."""
    return datetime.fromisoformat(execution.progress["at"])


def _facts(execution: Execution, outcome: Outcome) -> list[DomainEvent]:
    facts: list[DomainEvent] = [
        MessageSent(message_id=str(m.id), queue=m.queue, execution=execution.name)
        for m in outcome.messages
    ]
    if execution.has_ended:
        facts.append(
            ExecutionEnded(execution=execution.name, status=execution.status, error=execution.error)
        )
    return facts
