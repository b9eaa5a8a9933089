"""The seats of a task that was offered to a group: who has one, and who could still take one."""

from collections.abc import Collection
from uuid import UUID

from approvals import rules
from approvals.models import ApprovalTask, Assignment
from approvals.services.planning import eligible_members

HELD = (Assignment.State.ACTIVE, Assignment.State.DECIDED)


def holders(task: ApprovalTask) -> list[UUID]:
    """Those with a place, whether they have decided or not."""
    held = task.assignments.filter(state__in=HELD).order_by("pk")
    return list(held.values_list("assessor_id", flat=True))


def without_a_seat(task: ApprovalTask, held: Collection[UUID]) -> list[UUID]:
    """The members of the group who may judge it, besides those who have a place."""
    if task.assigned_group is None:
        return []
    members = eligible_members(task.assigned_group, rules.barred(task)).exclude(pk__in=held)
    return list(members.order_by("pk").values_list("pk", flat=True))


def free_for(task: ApprovalTask, held: Collection[UUID]) -> list[UUID]:
    """Who may take a seat, while one is free."""
    return without_a_seat(task, held) if len(held) < task.seats else []


def closed_to(task: ApprovalTask) -> list[str]:
    """Who cannot take a seat any more, once none is free, as events write them."""
    held = holders(task)
    return [str(person) for person in without_a_seat(task, held)] if len(held) >= task.seats else []
