"""Reminders before the due time, and word that it has passed: each once, whoever runs the timer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from approvals.deadlines import Step, StepKind
from approvals.events import TaskOverdue, TaskReminderDue
from approvals.models import ApprovalTask, Assignment
from approvals.services.deadlines.escalating import escalated, let_read
from approvals.services.places.seats import free_for
from core.actor import SYSTEM
from core.bulk import update_many
from outbox.events import DomainEvent
from outbox.publishing import publish_all

STEPS_AT_ONCE = 100

# The lock on the task keeps a second timer away; this is what holds if nothing else does.
_RECORD = """
INSERT INTO approval_deadline_steps (task_id, due_at, kind, number)
SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::smallint[])
ON CONFLICT DO NOTHING RETURNING task_id
"""


def take_deadline_steps(at: datetime | None = None) -> int:
    """
    Tell of every task that is due soon or overdue; return how many steps that were.

    Runs on a timer. Two at once divide the tasks between them; one that is killed has done
    nothing, and the next one does it. Of several steps that were missed only the last is taken.
    """
    total, now = 0, at or timezone.now()
    while taken := _take_some(now):
        total += len([step for step in taken if step])
    return total


@transaction.atomic
def _take_some(now: datetime) -> list[bool]:
    """For each task that was looked at, whether something was told."""
    ripe = list(
        ApprovalTask.objects.with_a_step(now)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("question", "version", "request", "assigned_group")
        .order_by("next_step_at", "task_id")[:STEPS_AT_ONCE]
    )
    due = {task: step for task in ripe if (step := _step_of(task, now))}
    for task in ripe:
        stage = task.request.stages[task.stage]
        task.next_step_at = stage.next_step_at(task.due_at, now)
    update_many(ripe, ["next_step_at"])
    fresh = _record(due)
    asked = _asked(fresh)
    if fresh:
        publish_all([_event(task, due[task], asked[task.pk]) for task in fresh], actor=SYSTEM)
    return [task in fresh for task in ripe]


def _step_of(task: ApprovalTask, now: datetime) -> Step | None:
    if task.closes_at <= now:
        return None  # it expires any moment
    return task.request.stages[task.stage].step_at(task.due_at, now)


def _record(due: Mapping[ApprovalTask, Step]) -> list[ApprovalTask]:
    """Write the steps down; return the tasks of those that nobody has written before."""
    if not due:
        return []
    columns = zip(
        *((task.pk, task.due_at, step.kind.value, step.number) for task, step in due.items()),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [list(column) for column in columns])
        fresh = {task_id for (task_id,) in cursor.fetchall()}
    return [task for task in due if task.pk in fresh]


def _asked(tasks: Sequence[ApprovalTask]) -> Mapping[UUID, list[UUID]]:
    """Whose verdicts each task waits for: the places, and while seats are free, the group."""
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    taken: dict[UUID, list[UUID]] = defaultdict(list)
    held = (Assignment.State.ACTIVE, Assignment.State.DECIDED)
    places = Assignment.objects.filter(task__in=tasks, state__in=held).order_by("pk")
    for place in places if tasks else ():
        taken[place.task_id].append(place.assessor_id)
        if place.state == Assignment.State.ACTIVE:
            asked[place.task_id].append(place.assessor_id)
    for task in tasks:
        asked[task.pk] += free_for(task, taken[task.pk])
    return asked


def _event(task: ApprovalTask, step: Step, asked: Iterable[UUID]) -> DomainEvent:
    facts: dict[str, Any] = {
        "task_id": str(task.pk),
        "request_id": str(task.request_id),
        "question_id": str(task.question_id),
        "question_title": task.version.title,
        "subject": task.version.subject,
        "requester_id": str(task.assigned_by_id),
        "assessor_ids": [str(person) for person in asked],
        "group": task.assigned_group.name if task.assigned_group else "",
        "stage": task.stage,
        "due_at": task.due_at.isoformat(),
    }
    if step.kind == StepKind.REMINDER:
        return TaskReminderDue(**facts)
    told = [] if _was_told(task) else escalated(task)
    let_read(task, told)
    return TaskOverdue(
        **facts,
        closes_at=task.closes_at.isoformat(),
        number=step.number,
        escalated_ids=[str(person) for person in told],
    )


def _was_told(task: ApprovalTask) -> bool:
    """Whether an earlier step said that it is overdue, besides the one just written."""
    steps = task.deadline_steps.filter(due_at=task.due_at, kind=StepKind.OVERDUE)
    return steps.count() > 1
