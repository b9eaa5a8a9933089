"""
Who may do what, and when: said once, and used by page, API and admin alike.

Each rule is a function that returns or raises the refusal. `allowed` turns a rule into a yes or
no, for a page that only wants to know which buttons to show.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, REQUESTERS, has_role
from approvals.exceptions import (
    AlreadyAssigned,
    AlreadyDecidedByYou,
    NoFreeSeat,
    NotAnAssessor,
    NotARequester,
    NotClaimed,
    NotTheAssignee,
    NotYours,
    RequestClosed,
    SelfApproval,
    TaskAlreadyDecided,
    TaskOverdue,
    UnderReview,
)
from approvals.models import ApprovalRequest, ApprovalTask, Assignment, Question
from core.errors import DomainError


def allowed(rule: Callable[..., object], *arguments: object) -> bool:
    """Whether the rule lets it pass."""
    try:
        rule(*arguments)
    except DomainError:
        return False
    return True


def ensure_may_submit(user: User) -> None:
    """Requesters and administrators put questions in and ask for approval."""
    if not has_role(user, REQUESTERS, ADMINISTRATORS):
        raise NotARequester("Only requesters and administrators can submit questions.")


def ensure_may_revise(
    user: User, question: Question, request: ApprovalRequest | None = None
) -> None:
    """The author, whoever was asked for changes, or an administrator."""
    theirs = {question.created_by_id, request.requester_id if request else None}
    if user.pk not in theirs and not has_role(user, ADMINISTRATORS):
        raise NotYours("Only the question's author or an administrator can change it.")


def ensure_open_for_revision(request: ApprovalRequest | None) -> None:
    """What is being judged does not change underneath the assessor."""
    if request is not None and request.status != ApprovalRequest.Status.CHANGES_REQUESTED:
        raise UnderReview(
            "The question is under review. Cancel the request, or wait for its outcome."
        )


def ensure_may_cancel(user: User, request: ApprovalRequest) -> None:
    """The requester or an administrator, until the request is closed."""
    if user.pk != request.requester_id and not has_role(user, ADMINISTRATORS):
        raise NotYours("Only the requester or an administrator can cancel a request.")
    if not request.is_open:
        raise RequestClosed(f"The request is closed: {request.get_status_display().lower()}.")


def barred(task: ApprovalTask) -> frozenset[UUID]:
    """The ids of those who must not judge: who asked, and who wrote the question or version."""
    return frozenset([task.assigned_by_id, task.question.created_by_id, task.version.created_by_id])


def ensure_not_their_own(user: User, task: ApprovalTask) -> None:
    """No self-approval: neither the requester's nor an author's own."""
    if user.pk in barred(task):
        raise SelfApproval("Nobody can judge a question that they wrote or submitted.")


def ensure_undecided(task: ApprovalTask, at: datetime | None = None) -> None:
    """The task is pending, and neither its due time nor what is allowed after it has passed."""
    if not task.is_pending:
        raise _already_settled(task)
    if task.closes_at <= (at or timezone.now()):
        raise TaskOverdue(f"The task was due on {task.due_at:%d %B %Y at %H:%M} UTC.")


def ensure_may_decide(user: User, task: ApprovalTask) -> Assignment | None:
    """
    Whether this person may give a verdict now; returns their place on the task.

    None means that a free seat of the group's will be theirs by deciding. Everything is read
    afresh: the caller who acts on it holds the task's lock.
    """
    if task.is_pending:
        ensure_not_their_own(user, task)
        ensure_assessor(user)
    places = {place.state: place for place in task.assignments.filter(assessor=user)}
    if Assignment.State.DECIDED in places and task.is_pending:
        raise AlreadyDecidedByYou("Your verdict is in. The task waits for other assessors.")
    ensure_undecided(task)
    place = places.get(Assignment.State.ACTIVE)
    if place is None:
        ensure_free_seat(user, task)
    elif place.claimed:
        ensure_member(user, task)
    return place


def ensure_assessor(user: User) -> None:
    """Somebody who lost the role keeps their places, and cannot use them."""
    if not has_role(user, ASSESSORS):
        raise NotAnAssessor("Only assessors can judge questions.")


def ensure_member(user: User, task: ApprovalTask) -> None:
    """The task is offered to a group that this person is in now."""
    group = task.assigned_group_id
    if group is None or not user.groups.filter(pk=group).exists():
        raise NotTheAssignee("Only the people this task is assigned to can decide it.")


def ensure_may_claim(user: User, task: ApprovalTask) -> None:
    """A member of the group may take a free seat."""
    ensure_undecided(task)
    ensure_not_their_own(user, task)
    mine = (Assignment.State.ACTIVE, Assignment.State.DECIDED)
    if task.assignments.filter(assessor=user, state__in=mine).exists():
        raise AlreadyAssigned("You have a place on this task already.")
    ensure_free_seat(user, task)


def ensure_free_seat(user: User, task: ApprovalTask) -> None:
    """The task is offered to a group of this person's and has a seat left."""
    ensure_assessor(user)
    ensure_member(user, task)
    taken = (Assignment.State.ACTIVE, Assignment.State.DECIDED)
    holders = [
        str(place.assessor)
        for place in task.assignments.filter(state__in=taken).select_related("assessor")
    ]
    if len(holders) >= task.seats:
        raise NoFreeSeat(f"Claimed by {' and '.join(holders)}.", claimed_by=", ".join(holders))


def ensure_may_release(user: User, task: ApprovalTask) -> Assignment:
    """Whoever claimed a seat may give it back; returns their place."""
    ensure_undecided(task)
    place = task.assignments.active().filter(assessor=user).first()
    if place is None:
        raise NotTheAssignee("You have no place on this task.")
    if not place.claimed:
        raise NotClaimed("The task was given to you by name. Reassign it instead.")
    return place


def ensure_may_reassign(user: User, task: ApprovalTask, place: Assignment) -> None:
    """The assessor whose place it is, or an administrator."""
    ensure_undecided(task)
    theirs = user.pk == place.assessor_id and has_role(user, ASSESSORS)
    if not theirs and not has_role(user, ADMINISTRATORS):
        raise NotYours("Only the assessor or an administrator can reassign a task.")


def ensure_may_take_over(assessor: User, task: ApprovalTask) -> None:
    """Whether this person can be given a place on the task."""
    if not assessor.is_active or not has_role(assessor, ASSESSORS):
        raise NotAnAssessor(f"{assessor} is not an assessor.", field="assigned_to")
    if assessor.pk in barred(task):
        raise SelfApproval(
            f"{assessor} wrote or submitted this question and cannot judge it.", field="assigned_to"
        )
    mine = (Assignment.State.ACTIVE, Assignment.State.DECIDED)
    if task.assignments.filter(assessor=assessor, state__in=mine).exists():
        raise AlreadyAssigned(f"{assessor} has a place on this task already.", field="assigned_to")


def _already_settled(task: ApprovalTask) -> TaskAlreadyDecided:
    status = task.get_status_display().lower()
    last = task.decisions.select_related("assessor").order_by("-created_at", "-pk").first()
    decided_at = task.decided_at.isoformat() if task.decided_at else ""
    if last is None:
        return TaskAlreadyDecided(
            f"This task is closed: {status}.", status=task.status, decided_at=decided_at
        )
    return TaskAlreadyDecided(
        f"This task is closed: {status}, decided by {last.assessor}.",
        status=task.status,
        decided_by=str(last.assessor),
        decided_at=decided_at,
    )
