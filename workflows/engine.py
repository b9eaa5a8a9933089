"""Between rows and the interpreter: reads where an execution stands, writes where it went."""

import json
import random
import uuid
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import SYSTEM
from outbox.events import DomainEvent
from outbox.publishing import publish_all
from workflows import tokens
from workflows.asl.definition import Definition as Machine
from workflows.asl.intrinsics import to_json
from workflows.asl.run import Given, Happening, Outcome, Run, Wait
from workflows.asl.step import step
from workflows.events import ExecutionEnded, MessageSent
from workflows.models import Execution, Message

# One statement for a step's whole history: through the ORM it took three times as long.
_REMEMBER = """
INSERT INTO workflows_historyevent (execution_id, number, previous, type, details, occurred_at)
SELECT %s, number, previous, type, details, %s
FROM unnest(%s::int[], %s::int[], %s::text[], %s::jsonb[]) AS e (number, previous, type, details)
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


def canonical(value: Any) -> str:
    """JSON text that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def database_time() -> datetime:
    """The clock that timers go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def begin(execution: Execution, machine: Machine, happening: Happening) -> None:
    """Insert a new execution together with its first step."""
    run = Run(name=execution.name, input=execution.input, started_at=execution.started_at)
    outcome = _take(execution, machine, run, happening, execution.started_at)
    execution.save(force_insert=True)
    _write(execution, outcome)


def advance(execution: Execution, machine: Machine, happening: Happening, now: datetime) -> bool:
    """Move a locked execution on; whether anything changed."""
    run = _run(execution)
    # The row may have been waited for: time must not run backwards in a history.
    now = max(now, datetime.fromisoformat(execution.progress["at"]))
    outcome = _take(execution, machine, run, happening, now)
    if outcome.run is run:
        return False
    execution.save(update_fields=_MOVED)
    _write(execution, outcome)
    return True


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


def _write(execution: Execution, outcome: Outcome) -> None:
    now = datetime.fromisoformat(execution.progress["at"])
    if outcome.events:
        _remember(execution, outcome, now)
    if outcome.messages:
        Message.objects.bulk_create(
            Message(id=m.id, execution=execution, queue=m.queue, body=m.body, sent_at=now)
            for m in outcome.messages
        )
    facts = _facts(execution, outcome)
    if facts:
        publish_all(facts, actor=SYSTEM)


def _remember(execution: Execution, outcome: Outcome, now: datetime) -> None:
    columns = zip(
        *((e.number, e.previous, e.type, to_json(e.details)) for e in outcome.events), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [str(execution.id), now, *(list(column) for column in columns)])


def _facts(execution: Execution, outcome: Outcome) -> list[DomainEvent]:
    facts: list[DomainEvent] = [
        MessageSent(message_id=str(m.id), queue=m.queue, execution=execution.name)
        for m in outcome.messages
    ]
    if execution.has_ended:
        facts.append(ExecutionEnded(execution=execution.name, status=execution.status))
    return facts
