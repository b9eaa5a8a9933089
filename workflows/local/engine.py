"""
The workflow port on PostgreSQL: each call is one transaction with the execution's row locked.

What states send reaches its handlers through the outbox, after the commit.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from workflows import definitions, payloads, selectors
from workflows.asl.definition import Definition as Machine
from workflows.asl.run import Happening, Stop, Tick
from workflows.exceptions import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidToken,
    TaskDoesNotExist,
    TaskTimedOut,
)
from workflows.local import rows, tokens
from workflows.models import Execution, Message
from workflows.port import Answer, OpenToken, Sighting
from workflows.selectors import Description

logger = logging.getLogger(__name__)

STUMBLED = timedelta(minutes=1)


def start(name: str, given: Any, source: definitions.Source) -> Execution:
    """Begin an execution, or find the one that there is."""
    try:
        (begun,) = start_all({name: given}, source)
    except IntegrityError:
        existing = Execution.objects.select_related("definition").filter(name=name).first()
        if existing is None:
            raise
    else:
        return begun
    if existing.definition.name != source.name or not payloads.same(existing.input, given):
        raise ExecutionAlreadyExists(f"There is an execution {name} already, with other input.")
    return existing


@transaction.atomic
def start_all(inputs: Mapping[str, Any], source: definitions.Source) -> list[Execution]:
    """Begin several executions or, if a name is taken, none."""
    definitions.ensure_stored(source)
    now = rows.database_time()
    executions = [
        Execution(name=name, definition_id=source.digest, input=given, started_at=now)
        for name, given in inputs.items()
    ]
    rows.begin(executions, source.machine)
    return executions


@transaction.atomic
def answer(answers: Mapping[str, Answer]) -> list[Execution]:
    """Move the executions on whose tokens these are or, if one is not awaited, none."""
    ids = {token: tokens.execution_id(token) for token in answers}
    named = [execution_id for execution_id in ids.values() if execution_id is not None]
    # In one order, so that two callers with several executions each cannot block each other.
    locked = Execution.objects.locked().filter(pk__in=named).order_by("pk")
    found = {execution.pk: execution for execution in locked}
    answered = []
    for token, given in answers.items():
        named_by_token = ids[token]
        execution = found.get(named_by_token) if named_by_token else None
        if execution is None or execution.token_digest != tokens.digest(token):
            raise _refusal(token, execution)
        answered.append((execution, given))
    rows.advance([_moving(execution, given) for execution, given in answered])
    return [execution for execution, _ in answered]


def _refusal(token: str, execution: Execution | None) -> Exception:
    if not tokens.is_genuine(token):
        return InvalidToken("This is not a task token.")
    if execution is None or execution.has_ended:
        return TaskDoesNotExist("The execution that this task belonged to has ended.")
    return TaskTimedOut("This task was answered already, or its time is over.")


@transaction.atomic
def stop(name: str, error: str, cause: str) -> None:
    """End an execution that runs."""
    execution = Execution.objects.locked().filter(name=name).first()
    if execution is None:
        raise ExecutionDoesNotExist(f"There is no execution {name}.")
    rows.advance([_moving(execution, Stop(error, cause))])


def describe(name: str) -> Description:
    """The row is the truth here."""
    return selectors.description(name)


sync = describe


def open_token(name: str) -> OpenToken | None:
    """The token as long as its message waits: the row keeps its digest only."""
    execution = selectors.by_name(name)
    if execution.waiting_for != Execution.Waiting.TOKEN:
        return None
    for message in Message.objects.filter(execution=execution, body__isnull=False):
        body = message.body or {}
        for value in body.values():
            if isinstance(value, str) and tokens.digest(value) == execution.token_digest:
                return OpenToken(token=value, body=body, queue=message.queue)
    return None


def notice(sightings: list[Sighting]) -> None:
    """The rows know already."""


def fire_timers(limit: int, at: datetime | None) -> int:
    """Wake those whose time has come, one after the other."""
    for count in range(limit):
        if not _fire_next(at):
            return count
    return limit


def _fire_next(at: datetime | None) -> bool:
    due = Execution.objects.running().filter(wake_at__lte=at or Now()).order_by("wake_at")
    with transaction.atomic():
        execution = due.locked(skip_locked=True).first()
        if execution is None:
            return False
        now = at or execution.read_at
        try:
            with transaction.atomic():
                rows.advance([_moving(execution, Tick(), now)])
        except Exception:
            # One that cannot move must not keep those behind it from moving.
            logger.exception("Could not fire the timer of execution %s", execution.name)
            Execution.objects.filter(pk=execution.pk).update(wake_at=now + STUMBLED)
    return True


def _moving(
    execution: Execution, happening: Happening, now: datetime | None = None
) -> tuple[Execution, Machine, Happening, datetime]:
    machine = definitions.machine(execution.definition_id)
    return execution, machine, happening, now or execution.read_at
