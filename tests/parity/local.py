"""Tells a case to the engine that keeps executions in PostgreSQL."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from tests.parity.record import Record, Told, record, token_in
from tests.parity.story import Answer, Beat, Case, Halt, Move, Refuse
from workflows import services
from workflows.models import Execution, Message

MOST_TIMERS = 100


def run(case: Case, folder: Any, name: str = "run") -> Record:
    """The case's record. `folder` takes the definition's file; the execution is removed again."""
    document = _kept(case, folder)
    before = settings.BASE_DIR, settings.WORKFLOW_SUBSTITUTIONS
    settings.BASE_DIR = folder
    settings.WORKFLOW_SUBSTITUTIONS = {
        placeholder: f"https://sqs.local/000000000000/{queue}"
        for placeholder, queue in case.queues.items()
    }
    try:
        services.start_execution(name=name, input=case.input, definition=document)
    finally:
        settings.BASE_DIR, settings.WORKFLOW_SUBSTITUTIONS = before
    for move in case.moves:
        _happen(move, name)
    _until(name, lambda execution: execution.has_ended)
    told = _record(name)
    # Names belong to the record, so each case has the same one.
    Execution.objects.get(name=name).delete()
    return told


def _kept(case: Case, folder: Any) -> str:
    (folder / "statemachine").mkdir(exist_ok=True)
    path = folder / "statemachine" / f"{case.name}.asl.json"
    path.write_text(json.dumps(case.document))
    return case.name


def _happen(move: Move, name: str) -> None:
    _until(name, lambda execution: execution.waiting_for == "TOKEN")
    if Execution.objects.get(name=name).has_ended:
        return
    token = _token(name)
    match move:
        case Answer(output):
            services.complete_task(token=token, output=output)
        case Refuse(error, cause):
            services.fail_task(token=token, error=error, cause=cause)
        case Beat(times, apart):
            for _ in range(times):
                time.sleep(apart)
                services.fire_timers()
                services.heartbeat(token=token)
        case Halt(error, cause):
            services.stop_execution(name=name, error=error, cause=cause)
        case _:
            _wake(name)


def _until(name: str, settled: Any) -> None:
    """Let the clock run ahead until it is so."""
    for _ in range(MOST_TIMERS):
        execution = Execution.objects.get(name=name)
        if settled(execution) or execution.has_ended:
            return
        _wake(name)
    raise AssertionError(f"{name} rests in {execution.state}.")


def _wake(name: str) -> None:
    moment = Execution.objects.get(name=name).wake_at
    if moment is None:
        raise AssertionError(f"{name} waits for what no clock brings.")
    services.fire_timers(at=max(moment, datetime.now(UTC) + timedelta(milliseconds=1)))


def _messages(name: str) -> list[Message]:
    """What was sent, in the order of the history: one step's messages bear the same time."""
    found = {str(m.id): m for m in Message.objects.filter(execution__name=name)}
    receipts = Execution.objects.get(name=name).history.order_by("number")
    outputs = receipts.filter(type__in=["TaskSubmitted", "TaskSucceeded"])
    ids = [json.loads(event.details["output"]) for event in outputs]
    named = [i.get("MessageId") for i in ids if isinstance(i, dict)]
    return [found[message_id] for message_id in named if message_id in found]


def _token(name: str) -> str:
    bodies = [message.body for message in _messages(name)]
    return [token for body in bodies if (token := token_in(body))][-1]


def _record(name: str) -> Record:
    execution = Execution.objects.get(name=name)
    return record(
        status=execution.status,
        events=[
            Told(e.number, e.previous, e.type, e.details)
            for e in execution.history.order_by("number")
        ],
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
        sent=[(m.queue, m.body) for m in _messages(name)],
    )
