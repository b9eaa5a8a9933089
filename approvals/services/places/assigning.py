"""Taking a place on a task, giving it back, passing it on."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from approvals import rules
from approvals.events import TaskClaimed, TaskReassigned, TaskReleased
from approvals.exceptions import NotTheAssignee, TaskNotFound, UnknownPerson
from approvals.models import ApprovalTask, Assignment
from approvals.services.places.seats import closed_to
from outbox.publishing import publish


def _locked(task_id: uuid.UUID) -> ApprovalTask:
    try:
        return ApprovalTask.objects.locked(task_id)
    except ApprovalTask.DoesNotExist:
        raise TaskNotFound("There is no such task.") from None


@transaction.atomic
def claim_task(*, task_id: uuid.UUID, actor: User) -> ApprovalTask:
    """
    Take a free seat on a task that is offered to a group of the actor's.

    Raises TaskNotFound, NoFreeSeat and what else rules.ensure_may_claim raises.
    """
    task = _locked(task_id)
    rules.ensure_may_claim(actor, task)
    Assignment.objects.create(
        task=task,
        assessor=actor,
        requester_id=task.assigned_by_id,
        claimed=True,
        due_at=task.due_at,
    )
    publish(
        TaskClaimed(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.version.title,
            subject=task.version.subject,
            requester_id=str(task.assigned_by_id),
            assessor_id=str(actor.pk),
            stage=task.stage,
            seats=task.seats,
            closed_to_ids=closed_to(task),
        ),
        actor=actor.as_actor(),
    )
    return task


@transaction.atomic
def release_task(*, task_id: uuid.UUID, actor: User) -> ApprovalTask:
    """Give a claimed seat back. Raises TaskNotFound and what rules.ensure_may_release raises."""
    task = _locked(task_id)
    give_back(task, rules.ensure_may_release(actor, task), actor=actor)
    return task


def give_back(task: ApprovalTask, place: Assignment, *, actor: User) -> None:
    """Free the seat, for the caller who holds the task's lock and asked the rules."""
    closed = closed_to(task)
    place.state = Assignment.State.RELEASED
    place.save(update_fields=["state", "updated_at"])
    publish(
        TaskReleased(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.version.title,
            subject=task.version.subject,
            requester_id=str(task.assigned_by_id),
            assessor_id=str(place.assessor_id),
            stage=task.stage,
            group=task.assigned_group.name if task.assigned_group else "",
            due_at=task.due_at.isoformat(),
            open_to_ids=closed,
        ),
        actor=actor.as_actor(),
    )


@transaction.atomic
def reassign_task(
    *, task_id: uuid.UUID, assigned_to: str, assigned_from: str = "", actor: User
) -> ApprovalTask:
    """
    Pass a place on the task to the assessor with this e-mail address.

    `assigned_from` names whose place it is, for administrators; it is the actor's own if empty,
    or the only one there is. Raises TaskNotFound, UnknownPerson, NotTheAssignee and what
    rules.ensure_may_reassign and rules.ensure_may_take_over raise.
    """
    task = _locked(task_id)
    place = _place(task, assigned_from, actor)
    rules.ensure_may_reassign(actor, task, place)
    successor = User.objects.with_roles().filter(email=assigned_to.strip().lower()).first()
    if successor is None:
        raise UnknownPerson("No assessor has this address.", field="assigned_to")
    rules.ensure_may_take_over(successor, task)

    pass_on(task, place, successor, actor=actor)
    return task


def _place(task: ApprovalTask, assigned_from: str, actor: User) -> Assignment:
    rules.ensure_undecided(task)
    places = list(task.assignments.active().select_related("assessor"))
    wanted = assigned_from.strip().lower() or actor.email
    for place in places:
        if place.assessor.email == wanted:
            return place
    if len(places) == 1 and not assigned_from:
        return places[0]
    raise NotTheAssignee("This person has no place on the task.", field="assigned_from")


def pass_on(
    task: ApprovalTask,
    place: Assignment,
    successor: User,
    *,
    actor: User,
    away_until: datetime | None = None,
) -> None:
    """Give the place to another, for the caller who holds the task's lock and asked the rules."""
    place.state = Assignment.State.REASSIGNED
    place.save(update_fields=["state", "updated_at"])
    Assignment.objects.create(
        task=task,
        assessor=successor,
        requester_id=task.assigned_by_id,
        claimed=place.claimed,
        due_at=task.due_at,
    )
    if task.assigned_to_id == place.assessor_id:
        task.assigned_to = successor
        task.save(update_fields=["assigned_to", "updated_at"])
    publish(
        TaskReassigned(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.version.title,
            subject=task.version.subject,
            from_assessor_id=str(place.assessor_id),
            to_assessor_id=str(successor.pk),
            due_at=task.due_at.isoformat(),
            requester_id=str(task.assigned_by_id),
            stage=task.stage,
            because="AWAY" if away_until else "",
            away_until=away_until.isoformat() if away_until else "",
        ),
        actor=actor.as_actor(),
    )
