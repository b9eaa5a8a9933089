"""Whom the policy has told that a task needs seeing to. Being told, they may read it."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS
from accounts.things import uuids
from approvals.deadlines import REQUESTER
from approvals.models import ApprovalTask, Escalation


def escalated(task: ApprovalTask) -> list[UUID]:
    """
    Those whom the task's stage names, as they are today.

    Of groups only who may be asked to decide, or may read everything anyway.
    """
    named = task.request.stages[task.stage].escalate_to
    if not named:
        return []
    people = User.objects.filter(is_active=True)
    told = set(people.filter(pk__in=uuids(named)).values_list("pk", flat=True))
    readers = people.filter(groups__name__in=(ASSESSORS, ADMINISTRATORS, AUDITORS))
    groups = Group.objects.filter(name__in=set(named) - {REQUESTER}).values_list("pk", flat=True)
    told |= set(readers.filter(groups__in=list(groups)).values_list("pk", flat=True))
    if REQUESTER in named:
        told.add(task.assigned_by_id)
    return sorted(told)


def let_read(task: ApprovalTask, people: Collection[UUID]) -> None:
    """Let these people read the request and its question: their notification leads there."""
    if not people:
        return
    Escalation.objects.bulk_create(
        (
            Escalation(
                task=task,
                request_id=task.request_id,
                question_id=task.question_id,
                person_id=person,
            )
            for person in people
        ),
        ignore_conflicts=True,
    )
