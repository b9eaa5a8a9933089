"""What the workflow asks for: verdicts on a stage, or a new version from the requester."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from approvals import rules
from approvals.events import RevisionRequested, TaskAssigned
from approvals.exceptions import UnderReview
from approvals.models import ApprovalRequest, ApprovalTask, Assignment
from approvals.models.tasks import StageKey
from approvals.services.places.substituting import Plan, carry_out, plan_hand_overs
from approvals.services.planning import eligible_members
from core.actor import SYSTEM
from core.bulk import update_many
from outbox.publishing import publish, publish_all


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """
    A paused state: of which request, stage and round, and the token that lets it run on.

    `generation` orders the tokens of one stage: the time the state was entered, its
    execution's redrives, its retries.
    """

    request_id: uuid.UUID
    stage: int
    round_: int
    token: str
    generation: str

    @property
    def stage_key(self) -> StageKey:
        return self.request_id, self.stage, self.round_


def open_task(request: ApprovalRequest, *, stage: int, round_: int, at: datetime) -> ApprovalTask:
    """Create the task of a stage with its places, in the caller's transaction."""
    wanted = request.stages[stage]
    due_at = wanted.due_from(at)
    people = _people_for(request, stage, round_)
    task = ApprovalTask.objects.create(
        request=request,
        question_id=request.question_id,
        version=request.version,
        stage=stage,
        round=round_,
        approve_n=wanted.approve_n,
        return_n=wanted.return_n,
        assigned_by=request.requester,
        assigned_to_id=people[0] if len(people) == 1 else None,
        assigned_group=Group.objects.get(name=wanted.group) if wanted.group else None,
        due_at=due_at,
        grace=wanted.grace,
        next_step_at=wanted.next_step_at(due_at, at),
    )
    Assignment.objects.bulk_create(
        Assignment(
            task=task, assessor_id=person, requester_id=request.requester_id, due_at=task.due_at
        )
        for person in people
    )
    return task


def _people_for(request: ApprovalRequest, stage: int, round_: int) -> list[uuid.UUID]:
    """Those named by the policy; in a later round, those who held the places before."""
    named = [uuid.UUID(person) for person in request.stages[stage].assessors]
    if not named or round_ == 0:
        return named
    stayed = (Assignment.State.DECIDED, Assignment.State.ENDED)
    before = Assignment.objects.filter(
        task__request=request, task__stage=stage, task__round=round_ - 1, state__in=stayed
    )
    # The rounds before may belong to an earlier stage: this one starts with those named then.
    return list(before.order_by("pk").values_list("assessor_id", flat=True)) or named


@transaction.atomic
def open_stages(waiting: Sequence[Waiting]) -> list[ApprovalTask]:
    """
    The workflow waits for these stages' outcomes: keep the tokens and tell the assessors.

    Returns the tasks that are settled already, so that the caller can answer the workflow at
    once. An older token than the one held is ignored; only the first token of a task tells
    anyone.
    """
    tasks = _tasks_of(waiting)
    settled, changed, fresh = [], [], []
    for each in waiting:
        task = tasks.get(each.stage_key)
        if task is None:
            continue
        if each.generation > task.task_token_generation:
            if task.is_pending and not task.task_token_generation:
                fresh.append(task)
            task.hold_token(each.token, each.generation)
            changed.append(task)
        if not task.is_pending:
            settled.append(task)
    update_many(changed, ["task_token", "task_token_generation", "callback", "updated_at"])
    _announce(fresh)
    return settled


def _tasks_of(waiting: Sequence[Waiting]) -> dict[StageKey, ApprovalTask]:
    """The stages' tasks, locked; made now where one is missing and its request still open."""
    of_these = ApprovalTask.objects.filter(
        request__in={each.request_id for each in waiting},
        stage__in={each.stage for each in waiting},
        round__in={each.round_ for each in waiting},
    )
    tasks = {task.stage_key: task for task in of_these.for_change().order_by("pk")}
    for each in waiting:
        if each.stage_key not in tasks and (task := _make_task(each)):
            tasks[each.stage_key] = task
    return tasks


def _make_task(each: Waiting) -> ApprovalTask | None:
    request = ApprovalRequest.objects.locked(each.request_id)
    if not request.is_open:
        return None
    if not request.is_under_review:
        raise UnderReview("The workflow asks for verdicts while a new version is awaited.")
    # Somebody else may have made it while we waited for the request.
    of_stage = request.tasks.filter(stage=each.stage, round=each.round_)
    made = next(iter(of_stage.for_change()), None)
    return made or open_task(request, stage=each.stage, round_=each.round_, at=timezone.now())


def _announce(tasks: Sequence[ApprovalTask]) -> None:
    places: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    named = Assignment.objects.active().filter(task__in=tasks).order_by("pk") if tasks else ()
    for place in named:
        places[place.task_id].append(place.assessor_id)
    plans = plan_hand_overs(tasks, timezone.now()) if places else {}
    events = [_assigned(task, places[task.pk], plans.get(task, [])) for task in tasks]
    if events:
        publish_all(events, actor=SYSTEM)
    for task, planned in plans.items():
        carry_out(task, planned)


def _assigned(
    task: ApprovalTask, people: list[uuid.UUID], plans: Sequence[Plan] = ()
) -> TaskAssigned:
    if task.assigned_group:
        members = eligible_members(task.assigned_group, rules.barred(task))
        people = list(members.values_list("pk", flat=True))
    return TaskAssigned(
        task_id=str(task.pk),
        request_id=str(task.request_id),
        question_id=str(task.question_id),
        question_title=task.version.title,
        subject=task.version.subject,
        requester_id=str(task.assigned_by_id),
        assessor_ids=[str(person) for person in people],
        group=task.assigned_group.name if task.assigned_group else "",
        stage=task.stage,
        due_at=task.due_at.isoformat(),
        away_ids=[str(plan.place.assessor_id) for plan in plans if plan.taker],
    )


@transaction.atomic
def await_revision(waiting: Waiting) -> int | None:
    """
    The workflow waits for a new version: keep its token and tell the requester.

    Returns the version's number if it is there already, so that the caller can answer the
    workflow at once, and None otherwise. An older token than the one held is ignored.
    """
    request = ApprovalRequest.objects.locked(waiting.request_id)
    # The same token again must end as it did before: the answer to it may have been lost.
    if not request.is_open or waiting.generation < request.revision_token_generation:
        return None
    request.revision_token = waiting.token
    request.revision_token_generation = waiting.generation
    request.save(update_fields=["revision_token", "revision_token_generation"])

    judged = request.tasks.get(stage=waiting.stage, round=waiting.round_)
    if judged.version_id != request.version_id:
        return request.version.number
    if request.status == ApprovalRequest.Status.PENDING:
        _ask_for_changes(request)
    return None


def _ask_for_changes(request: ApprovalRequest) -> None:
    request.status = ApprovalRequest.Status.CHANGES_REQUESTED
    request.save(update_fields=["status"])
    publish(
        RevisionRequested(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.version.title,
            requester_id=str(request.requester_id),
            subject=request.version.subject,
        ),
        actor=SYSTEM,
    )
