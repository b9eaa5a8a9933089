"""Verdicts, what they add up to, and the due time that ends the waiting."""

import re
import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.deadlines import StepKind
from approvals.events import TaskDecided, TaskExpired
from approvals.exceptions import (
    CommentRequired,
    InvalidComment,
    StaleContent,
    TaskNotFound,
    UnknownVerdict,
)
from approvals.models import ApprovalTask, Assignment, Decision, Verdict
from approvals.services.deadlines.escalating import escalated, let_read
from approvals.services.places.seats import closed_to
from core.actor import SYSTEM
from outbox.publishing import publish, publish_all

LONGEST_COMMENT = 5_000  # characters
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
EXPIRE_AT_ONCE = 100


@transaction.atomic
def decide_task(
    *, task_id: uuid.UUID, verdict: str, comment: str = "", digest: str = "", actor: User
) -> ApprovalTask:
    """
    Give a verdict on the content with this digest; the task settles once enough are in.

    A member of the group the task is offered to takes a free seat by deciding. An empty `digest`
    stands for the task's own. Raises UnknownVerdict, CommentRequired, InvalidComment,
    TaskNotFound, StaleContent and what rules.ensure_may_decide raises.
    """
    judged, comment = _known(verdict), checked_comment(comment)
    if judged != Verdict.APPROVED and not comment:
        raise CommentRequired("Say why, so that the author can act on it.", field="comments")
    try:
        task = ApprovalTask.objects.locked(task_id)
    except ApprovalTask.DoesNotExist:
        raise TaskNotFound("There is no such task.") from None
    place = rules.ensure_may_decide(actor, task)
    if digest and digest != task.version.digest:
        raise StaleContent(
            "The question has changed since you read it. Read it again, then decide."
        )

    _record(task, judged, comment, actor, place)
    outcome = _outcome(task, judged)
    if outcome is not None:
        task.settle(outcome, at=timezone.now(), comments=comment)
        if task.assigned_to_id is None:
            end_places(task)
    publish(
        TaskDecided(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.version.title,
            requester_id=str(task.assigned_by_id),
            assessor_id=str(actor.pk),
            verdict=judged.value,
            outcome=outcome.value if outcome else "",
            digest=task.version.digest,
            subject=task.version.subject,
            stage=task.stage,
            closed_to_ids=closed_to(task) if place is None and outcome is None else [],
        ),
        actor=actor.as_actor(),
    )
    return task


def _known(verdict: str) -> Verdict:
    try:
        return Verdict(verdict)
    except ValueError:
        raise UnknownVerdict(
            f"A verdict is one of {', '.join(Verdict.values)}.", field="verdict"
        ) from None


def checked_comment(comment: str, *, field: str = "comments") -> str:
    """The comment as it is kept. Raises InvalidComment."""
    comment = comment.replace("\r\n", "\n").strip()
    if len(comment) > LONGEST_COMMENT:
        raise InvalidComment(f"A comment has at most {LONGEST_COMMENT:,} characters.", field=field)
    if _NOT_TEXT.search(comment):
        raise InvalidComment("The comment holds a character that is not text.", field=field)
    return comment


def _record(
    task: ApprovalTask, verdict: Verdict, comment: str, actor: User, place: Assignment | None
) -> None:
    if place is None:
        place = Assignment(
            task=task,
            assessor=actor,
            requester_id=task.assigned_by_id,
            claimed=True,
            due_at=task.due_at,
        )
    place.state = Assignment.State.DECIDED
    place.save(update_fields=["state", "updated_at"] if place.pk else None)
    Decision.objects.create(
        task=task,
        assessor=actor,
        requester_id=task.assigned_by_id,
        verdict=verdict,
        comment=comment,
        digest=task.version.digest,
    )


def _outcome(task: ApprovalTask, newest: Verdict) -> ApprovalTask.Status | None:
    """
    What the verdicts so far add up to, or None while that is open.

    Enough approvals approve. Enough other verdicts return: as a rejection if most of them reject,
    and else as a request for changes, since a rejection can still follow that.
    """
    needed = task.approve_n if newest == Verdict.APPROVED else task.return_n
    if needed == 1:
        return ApprovalTask.Status(newest)
    verdicts = list(task.decisions.values_list("verdict", flat=True))
    if verdicts.count(Verdict.APPROVED) >= task.approve_n:
        return ApprovalTask.Status.APPROVED
    rejections = verdicts.count(Verdict.REJECTED)
    changes = verdicts.count(Verdict.CHANGES_REQUESTED)
    if rejections + changes < task.return_n:
        return None
    if rejections > changes:
        return ApprovalTask.Status.REJECTED
    return ApprovalTask.Status.CHANGES_REQUESTED


def end_places(task: ApprovalTask) -> list[uuid.UUID]:
    """Take the settled task out of every inbox it is still in; return whose those were."""
    places = task.assignments.active()
    assessors = list(places.values_list("assessor_id", flat=True))
    places.update(state=Assignment.State.ENDED, updated_at=timezone.now())
    return assessors


def expire_overdue_tasks(at: datetime | None = None) -> int:
    """Close every pending task whose time has run out; return how many. Runs on a timer."""
    total = 0
    while expired := _expire_some(at or timezone.now()):
        total += expired
    return total


@transaction.atomic
def _expire_some(at: datetime) -> int:
    overdue = (
        ApprovalTask.objects.out_of_time(at)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("version", "request")
        .order_by("due_at", "task_id")[:EXPIRE_AT_ONCE]
    )
    events = []
    for task in overdue:
        task.settle(ApprovalTask.Status.EXPIRED, at=at)
        events.append(_expired(task))
    if events:
        publish_all(events, actor=SYSTEM)
    return len(events)


def _expired(task: ApprovalTask) -> TaskExpired:
    """The requester hears of it when the request closes, whoever else is to be told."""
    told = [person for person in escalated(task) if person != task.assigned_by_id]
    if told and task.deadline_steps.filter(due_at=task.due_at, kind=StepKind.OVERDUE).exists():
        told = []
    let_read(task, told)
    return TaskExpired(
        task_id=str(task.pk),
        request_id=str(task.request_id),
        question_id=str(task.question_id),
        question_title=task.version.title,
        subject=task.version.subject,
        requester_id=str(task.assigned_by_id),
        assessor_ids=[str(person) for person in end_places(task)],
        stage=task.stage,
        escalated_ids=[str(person) for person in told],
    )
