"""Whole answers, gathered in a fixed number of queries."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request

from accounts.models import User
from accounts.things import uuids
from approvals.api.outputs import (
    DecisionSerializer,
    RequestSummarySerializer,
    TaskSerializer,
    TaskSummarySerializer,
)
from approvals.exceptions import QuestionNotFound, RequestNotFound, TaskNotFound
from approvals.models import (
    ApprovalRequest,
    ApprovalTask,
    Assignment,
    Decision,
    FirstView,
    Question,
    QuestionVersion,
)
from workflows.exceptions import ExecutionDoesNotExist
from workflows.selectors import description

PEOPLE_AND_CONTENT = ("question", "version__created_by", "assigned_by", "assigned_to")


def caller(request: Request) -> User:
    """Who is calling. Strangers were turned away before."""
    return cast(User, request.user)


def task_answer(user: User, task_id: uuid.UUID) -> dict[str, Any]:
    """A task as this person may see it. Raises TaskNotFound."""
    return dict(TaskSerializer(visible_task(user, task_id)).data)


def visible_task(user: User, task_id: uuid.UUID) -> ApprovalTask:
    """The task with all that its answer needs. Raises TaskNotFound."""
    places = Assignment.objects.select_related("assessor").order_by("pk")
    own = FirstView.objects.filter(assessor=user).select_related("version")
    task = (
        _visible_task(user, task_id)
        .select_related(*PEOPLE_AND_CONTENT, "assigned_group")
        .prefetch_related(
            Prefetch("assignments", places),
            Prefetch("decisions", _decisions_in_order()),
            Prefetch("first_views", own, to_attr="own_first_views"),
        )
        .first()
    )
    if task is None:
        raise TaskNotFound("There is no such task.")
    return task


def ensure_task_visible(user: User, task_id: uuid.UUID) -> None:
    """Raises TaskNotFound for what is not there, or not there for this person."""
    if not _visible_task(user, task_id).exists():
        raise TaskNotFound("There is no such task.")


def request_answer(user: User, request_id: uuid.UUID) -> dict[str, Any]:
    """A request as this person may see it. Raises RequestNotFound."""
    request = (
        _visible_request(user, request_id)
        .select_related("question", "version", "requester")
        .prefetch_related(Prefetch("tasks", _tasks_in_order()))
        .first()
    )
    if request is None:
        raise RequestNotFound("There is no such request.")
    tasks = list(request.tasks.all())
    decisions = [decision for task in tasks for decision in task.decisions.all()]
    return {
        **RequestSummarySerializer(request).data,
        "execution": _execution(request),
        "stages": _stages(request),
        "flaws_off": list(request.policy_copy.flaws_off),
        "tasks": TaskSummarySerializer(tasks, many=True).data,
        "decisions": DecisionSerializer(decisions, many=True).data,
    }


def ensure_request_visible(user: User, request_id: uuid.UUID) -> None:
    """Raises RequestNotFound for what is not there, or not there for this person."""
    if not _visible_request(user, request_id).exists():
        raise RequestNotFound("There is no such request.")


def _visible_request(user: User, request_id: uuid.UUID) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.visible_to(user).filter(pk=request_id)


def visible_question(user: User, question_id: uuid.UUID) -> Question:
    """Raises QuestionNotFound."""
    visible = Question.objects.visible_to(user).select_related("created_by")
    question = visible.filter(pk=question_id).first()
    if question is None:
        raise QuestionNotFound("There is no such question.")
    return question


def visible_version(user: User, question_id: uuid.UUID, number: int | None) -> QuestionVersion:
    """One version, the newest if none is named. Raises QuestionNotFound."""
    question = visible_question(user, question_id)
    wanted = question.latest_version if number is None else number
    versions = QuestionVersion.objects.filter(question=question).select_related("created_by")
    version = versions.filter(number=wanted).first()
    if version is None:
        raise QuestionNotFound("There is no such version.")
    return version


def _visible_task(user: User, task_id: uuid.UUID) -> QuerySet[ApprovalTask]:
    return ApprovalTask.objects.visible_to(user).filter(pk=task_id)


def _decisions_in_order() -> QuerySet[Decision]:
    return Decision.objects.select_related("assessor").order_by("created_at", "pk")


def _tasks_in_order() -> QuerySet[ApprovalTask]:
    return (
        ApprovalTask.objects.select_related(
            "question", "version", "assigned_by", "assigned_to", "assigned_group"
        )
        .prefetch_related(Prefetch("decisions", _decisions_in_order()))
        .order_by("created_at", "task_id")
    )


def _execution(request: ApprovalRequest) -> dict[str, str | None]:
    """The execution's name is known from the beginning, its status once it was started."""
    name = request.execution_name
    try:
        return {"name": name, "status": description(name).status}
    except ExecutionDoesNotExist:
        return {"name": name, "status": None}


def _stages(request: ApprovalRequest) -> list[dict[str, Any]]:
    """The policy as it was copied, with people by address again."""
    stages = request.stages
    ids = {person for stage in stages for person in (*stage.assessors, *_ids(stage.escalate_to))}
    emails = {
        str(key): email for key, email in User.objects.filter(pk__in=ids).values_list("pk", "email")
    }
    return [
        replace(
            stage,
            assessors=tuple(emails[person] for person in stage.assessors),
            escalate_to=tuple(emails.get(named, named) for named in stage.escalate_to),
        ).as_json()
        for stage in stages
    ]


def _ids(named: Iterable[str]) -> list[str]:
    """The people among those whom a copied policy names."""
    return [str(person) for person in uuids(named)]
