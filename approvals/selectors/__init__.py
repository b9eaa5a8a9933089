"""What pages, API and admin read. Nothing here changes anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.roles import ASSESSORS, has_role
from approvals import rules
from approvals.models import (
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalTask,
    Assignment,
    Decision,
    Question,
    QuestionVersion,
    Verdict,
)
from approvals.selectors.first_views import FirstViewTally as FirstViewTally
from approvals.selectors.first_views import TaskForNotes as TaskForNotes
from approvals.selectors.first_views import first_view_of as first_view_of
from approvals.selectors.first_views import first_view_tally as first_view_tally
from approvals.selectors.first_views import first_views_of as first_views_of
from approvals.selectors.first_views import task_for_notes as task_for_notes
from approvals.selectors.for_ai import QuestionForAi as QuestionForAi
from approvals.selectors.for_ai import question_for_ai as question_for_ai
from approvals.selectors.for_ai import repeats_a_secure_question as repeats_a_secure_question
from approvals.selectors.similarity import Alike as Alike
from approvals.selectors.similarity import Similar as Similar
from approvals.selectors.similarity import similar_to as similar_to

NEVER_SUBMITTED = "NONE"
COUNT_UP_TO = 1000  # beyond this a badge says "999+"; counting on would read every row


class Box(StrEnum):
    """The four views of the tasks: mine to judge, my groups', awaited by me, done by me."""

    MINE = "mine"
    TEAM = "team"
    WAITING = "waiting"
    DONE = "done"


def tasks_in_box(user: User, box: Box) -> QuerySet[ApprovalTask]:
    """
    The tasks of one box, unordered, with question, version and people at hand.

    Each box is read in its BOX_ORDER: by due time, and what is done by the time of the verdict.
    `team` leaves out what the person already has a place on or asked for.
    """
    tasks = ApprovalTask.objects.select_related("question", "version", "assigned_by", "assigned_to")
    if box == Box.MINE:
        return tasks.filter(assignments__assessor=user, assignments__state=Assignment.State.ACTIVE)
    if box == Box.TEAM:
        return _team(tasks, user)
    if box == Box.WAITING:
        return tasks.filter(status=ApprovalTask.Status.PENDING, assigned_by=user)
    return tasks.filter(decisions__assessor=user)


BOX_ORDER: dict[Box, tuple[str, str]] = {
    # The places repeat the due time, so that their index alone gives a person's order.
    Box.MINE: ("assignments__due_at", "task_id"),
    Box.TEAM: ("due_at", "task_id"),
    Box.WAITING: ("due_at", "task_id"),
    Box.DONE: ("-decisions__created_at", "-task_id"),
}


def _team(tasks: QuerySet[ApprovalTask], user: User) -> QuerySet[ApprovalTask]:
    if not has_role(user, ASSESSORS):
        return tasks.none()
    groups = user.cached_group_ids()
    mine = Assignment.objects.filter(
        task=OuterRef("pk"),
        assessor=user,
        state__in=[Assignment.State.ACTIVE, Assignment.State.DECIDED],
    )
    return tasks.filter(
        ~Exists(mine), status=ApprovalTask.Status.PENDING, assigned_group__in=groups
    ).exclude(assigned_by=user)


def count_in_box(user: User, box: Box) -> int:
    """How many tasks the box holds, COUNT_UP_TO at the most."""
    if box == Box.MINE:
        return Assignment.objects.active().filter(assessor=user)[:COUNT_UP_TO].count()
    return tasks_in_box(user, box).select_related(None)[:COUNT_UP_TO].count()


def decisions_since(user: User, since: datetime) -> QuerySet[Decision]:
    """This person's verdicts since then."""
    return Decision.objects.filter(assessor=user, created_at__gte=since)


def midnight() -> datetime:
    """The start of today in the current time zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_today() -> datetime:
    return midnight() + timedelta(days=1)


def last_approved_version(question: Question) -> QuestionVersion | None:
    """The version that the question's newest approval stands for."""
    approved = (
        ApprovalRequest.objects.filter(question=question, status=ApprovalRequest.Status.APPROVED)
        .select_related("version")
        .order_by("-closed_at")
        .first()
    )
    return approved.version if approved else None


def assessors_for(task: ApprovalTask) -> QuerySet[User]:
    """The people whom this task could be given to."""
    holders = task.assignments.filter(
        state__in=[Assignment.State.ACTIVE, Assignment.State.DECIDED]
    ).values("assessor")
    return assessors().exclude(pk__in=rules.barred(task)).exclude(pk__in=holders)


def assessors() -> QuerySet[User]:
    """Everyone who may judge questions, by name."""
    return User.objects.filter(is_active=True, groups__name=ASSESSORS).order_by("name", "email")


@dataclass(frozen=True, kw_only=True)
class InboxCounts:
    """What waits for a person, each COUNT_UP_TO at the most."""

    mine: int
    overdue: int
    due_today: int


def inbox_counts(user: User) -> InboxCounts:
    """One query over the places' index, however full the inbox is."""
    now = timezone.now()
    places = Assignment.objects.active().filter(assessor=user).order_by("due_at")
    counted = places[:COUNT_UP_TO].aggregate(
        mine=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lte=now)),
        due_today=Count("pk", filter=Q(due_at__lt=end_of_today())),
    )
    return InboxCounts(**counted)


def verdicts_today(user: User) -> tuple[int, int]:
    """How many verdicts this person gave today, and how many of them approve."""
    counted = decisions_since(user, midnight()).aggregate(
        all=Count("pk"), approved=Count("pk", filter=Q(verdict=Verdict.APPROVED))
    )
    return counted["all"], counted["approved"]


def with_own_verdict(tasks: QuerySet[ApprovalTask], user: User) -> QuerySet[ApprovalTask]:
    """With `own_verdict`: what this person said on each."""
    own = Decision.objects.filter(task=OuterRef("pk"), assessor=user).values("verdict")
    return tasks.annotate(own_verdict=Subquery(own[:1]))


def tasks_of(request: ApprovalRequest) -> list[ApprovalTask]:
    """A request's tasks in order, with places and verdicts in the order they came."""
    places = Assignment.objects.select_related("assessor").order_by("created_at", "pk")
    verdicts = Decision.objects.select_related("assessor").order_by("created_at", "pk")
    tasks = request.tasks.prefetch_related(
        Prefetch("assignments", places), Prefetch("decisions", verdicts)
    )
    return list(tasks.order_by("round", "stage"))


def versions_of(question: Question) -> list[QuestionVersion]:
    """All versions, newest first."""
    return list(question.versions.select_related("created_by").order_by("-number"))


def next_task_id(user: User, task: ApprovalTask | None = None) -> UUID | None:
    """The task after this one in the person's own box, or the first one."""
    places = Assignment.objects.active().filter(assessor=user).order_by("due_at", "task_id")
    if task is not None:
        later = Q(due_at__gt=task.due_at) | Q(due_at=task.due_at, task_id__gt=task.pk)
        places = places.filter(later, due_at__gte=task.due_at)
    return places.values_list("task_id", flat=True).first()


def previous_task_id(user: User, task: ApprovalTask) -> UUID | None:
    """The task before this one in the person's own box."""
    places = Assignment.objects.active().filter(assessor=user).order_by("-due_at", "-task_id")
    earlier = Q(due_at__lt=task.due_at) | Q(due_at=task.due_at, task_id__lt=task.pk)
    return places.filter(earlier, due_at__lte=task.due_at).values_list("task_id", flat=True).first()


def questions_with_status(
    user: User, *, words: str = "", subject: str = "", status: str = "", secure: str = ""
) -> QuerySet[Question]:
    """
    The questions this person may read, each with `status`: its newest request's, or empty.

    `status` picks one of these; NEVER_SUBMITTED those without a request. `secure` is yes or no.
    """
    newest = ApprovalRequest.objects.filter(question=OuterRef("pk")).order_by("-created_at")
    found = Question.objects.listed_for(user).matching(words).select_related("created_by")
    if subject:
        found = found.filter(subject__iexact=subject)
    if secure:
        found = found.filter(is_secure=secure == "yes")
    with_status = found.annotate(status=Coalesce(Subquery(newest.values("status")[:1]), Value("")))
    if status:
        return with_status.filter(status="" if status == NEVER_SUBMITTED else status)
    return with_status


def policies_on_offer() -> QuerySet[ApprovalPolicy]:
    return ApprovalPolicy.objects.filter(is_active=True).order_by("name")


@dataclass(frozen=True, kw_only=True)
class TaskCounts:
    """How the tasks of all people stand, each number COUNT_UP_TO at the most."""

    pending: int
    overdue: int
    decided_today: int
    approved_today: int


def task_counts() -> TaskCounts:
    """Two queries, neither of which reads more than COUNT_UP_TO rows."""
    first_due = ApprovalTask.objects.pending().order_by("due_at", "task_id")
    waiting = first_due[:COUNT_UP_TO].aggregate(
        pending=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=timezone.now()))
    )
    newest = Decision.objects.order_by("-pk").filter(created_at__gte=midnight())
    decided = newest[:COUNT_UP_TO].aggregate(
        decided_today=Count("pk"), approved_today=Count("pk", filter=Q(verdict=Verdict.APPROVED))
    )
    return TaskCounts(**waiting, **decided)


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """One assessor's share of the open tasks."""

    name: str
    open: int
    first_due_at: datetime


def open_work_by_assessor(limit: int = 10) -> list[OpenWork]:
    """Those with the most open tasks first."""
    rows = (
        Assignment.objects.active()
        .values("assessor", "assessor__name", "assessor__email")
        .annotate(open=Count("pk"), first_due_at=Min("due_at"))
        .order_by("-open", "assessor__email")[:limit]
    )
    return [
        OpenWork(
            name=row["assessor__name"] or row["assessor__email"],
            open=row["open"],
            first_due_at=row["first_due_at"],
        )
        for row in rows
    ]
