"""First views: one's own, all of a request's, and what they say of the key."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import User
from approvals import rules
from approvals.models import ApprovalRequest, ApprovalTask, FirstView, Question


@dataclass(frozen=True, kw_only=True)
class TaskForNotes:
    """
    A task with what decides whether notes on its question may be shown to this person.

    Who sees an earlier stage and decides the one that is open now is as one who decides. A first
    view counts for the version, on whichever of its tasks it was recorded.
    """

    task_id: UUID
    request_id: UUID
    question_id: UUID
    version: int
    digest: str
    may_decide: bool
    has_first_view: bool


def task_for_notes(user: User, task_id: UUID) -> TaskForNotes | None:
    """The task as it stands for this person now; None if it is not theirs to see."""
    visible = ApprovalTask.objects.visible_to(user).filter(pk=task_id)
    task = visible.select_related("question", "version").first()
    if task is None:
        return None
    judged = task if task.is_pending else _open_one(task)
    return TaskForNotes(
        task_id=task.pk,
        request_id=task.request_id,
        question_id=task.question_id,
        version=task.version.number,
        digest=task.version.digest,
        may_decide=rules.allowed(rules.ensure_may_decide, user, judged),
        has_first_view=FirstView.objects.filter(assessor=user, version=task.version).exists(),
    )


def _open_one(task: ApprovalTask) -> ApprovalTask:
    """The task of the same question that waits for verdicts; this one if none does."""
    others = ApprovalTask.objects.pending().filter(question=task.question_id)
    return others.select_related("question", "version").first() or task


def first_view_of(user: User, task_id: UUID) -> FirstView | None:
    """What this person said on the task before they saw the key."""
    own = FirstView.objects.filter(task=task_id, assessor=user).select_related("version")
    return own.first()


def first_views_of(request: ApprovalRequest) -> list[FirstView]:
    """Everybody's, on all tasks of the request, in the order they came."""
    views = FirstView.objects.filter(task__request=request)
    return list(views.select_related("assessor", "version", "task").order_by("created_at", "pk"))


@dataclass(frozen=True, kw_only=True)
class FirstViewTally:
    """How many first views of a version there are, and what they say of its key."""

    recorded: int
    agree: int
    disagree: int


def first_view_tally(question: Question) -> FirstViewTally:
    """Of the newest version."""
    of_newest = FirstView.objects.filter(
        version__question=question, version__number=question.latest_version
    )
    counted = of_newest.aggregate(
        recorded=Count("pk"),
        agree=Count("pk", filter=Q(agrees=True)),
        disagree=Count("pk", filter=Q(agrees=False)),
    )
    return FirstViewTally(**counted)
