"""Doors for those who decide."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from approvals import services
from approvals.api import examples
from approvals.api.inputs import (
    BoxSerializer,
    DecisionInputSerializer,
    FirstViewInputSerializer,
    ReassignmentInputSerializer,
    understood,
)
from approvals.api.outputs import FirstViewSerializer, TaskSerializer, TaskSummarySerializer
from approvals.api.reading import caller, ensure_task_visible, task_answer, visible_task
from approvals.models import ApprovalTask
from approvals.selectors import BOX_ORDER, Box, tasks_in_box
from core.idempotency import idempotent
from core.preconditions import require_match, tag_of, tagged


class ApprovalTasks(GenericViewSet[ApprovalTask]):
    """Tasks: one stage of one request, waiting for verdicts."""

    queryset = ApprovalTask.objects.none()
    serializer_class = TaskSummarySerializer
    lookup_url_kwarg = "task_id"
    lookup_value_converter = "uuid"

    @property
    def ordering(self) -> tuple[str, str]:
        return BOX_ORDER[self._box()]

    def get_queryset(self) -> QuerySet[ApprovalTask]:
        tasks = tasks_in_box(caller(self.request), self._box())
        return tasks.select_related("assigned_group")

    def _box(self) -> Box:
        return Box(understood(BoxSerializer, self.request.query_params)["box"])

    @extend_schema(parameters=[BoxSerializer])
    def list(self, request: Request) -> Response:
        """The tasks of one box. The most urgent first; in `done`, the latest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(TaskSummarySerializer(page, many=True).data)

    @extend_schema(responses=TaskSerializer)
    def retrieve(self, request: Request, task_id: uuid.UUID) -> Response:
        """A task with the question to judge, its answer key, and the verdicts so far."""
        task = visible_task(caller(request), task_id)
        services.note_reading(task.version, by=caller(request), through="api", task=task)
        answer = dict(TaskSerializer(task).data)
        return tagged(request, Response(answer), tag_of(answer))

    @extend_schema(
        request=DecisionInputSerializer,
        responses=TaskSerializer,
        parameters=[examples.IF_MATCH],
        examples=[examples.APPROVE, examples.RETURN],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def decision(self, request: Request, task_id: uuid.UUID) -> Response:
        """Give a verdict. Send `digest` or If-Match, and it counts only for what you read."""
        sent = understood(DecisionInputSerializer, request.data)
        with self._unchanged(request, task_id):
            services.decide_task(
                task_id=task_id,
                verdict=sent["verdict"],
                comment=sent["comments"],
                digest=sent["digest"],
                actor=caller(request),
            )
        return self._answer(request, task_id)

    @extend_schema(
        request=FirstViewInputSerializer,
        responses={201: FirstViewSerializer},
        parameters=[examples.IF_MATCH],
        examples=[examples.FIRST_VIEW],
    )
    @action(detail=True, methods=["post"], url_path="first-view")
    @idempotent
    def first_view(self, request: Request, task_id: uuid.UUID) -> Response:
        """Say once what you would answer, before you look at the key. It decides nothing."""
        sent = understood(FirstViewInputSerializer, request.data)
        with self._unchanged(request, task_id):
            view = services.record_first_view(task_id=task_id, actor=caller(request), **sent)
        return Response(FirstViewSerializer(view).data, status=201)

    @extend_schema(request=None, responses=TaskSerializer, parameters=[examples.IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def claim(self, request: Request, task_id: uuid.UUID) -> Response:
        """Take a free seat on a task that is offered to one of your groups."""
        with self._unchanged(request, task_id):
            services.claim_task(task_id=task_id, actor=caller(request))
        return self._answer(request, task_id)

    @extend_schema(request=None, responses=TaskSerializer, parameters=[examples.IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def release(self, request: Request, task_id: uuid.UUID) -> Response:
        """Give a claimed seat back to the group."""
        with self._unchanged(request, task_id):
            services.release_task(task_id=task_id, actor=caller(request))
        return self._answer(request, task_id)

    @extend_schema(
        request=ReassignmentInputSerializer,
        responses=TaskSerializer,
        parameters=[examples.IF_MATCH],
        examples=[examples.REASSIGN],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def reassign(self, request: Request, task_id: uuid.UUID) -> Response:
        """Pass your place on the task to another assessor."""
        sent = understood(ReassignmentInputSerializer, request.data)
        with self._unchanged(request, task_id):
            services.reassign_task(
                task_id=task_id,
                assigned_to=sent["assigned_to"],
                assigned_from=sent["assigned_from"],
                actor=caller(request),
            )
        return self._answer(request, task_id)

    @contextmanager
    def _unchanged(self, request: Request, task_id: uuid.UUID) -> Iterator[None]:
        """Hold the task as it is; where the caller said what it must look like, compare."""
        ensure_task_visible(caller(request), task_id)
        if "If-Match" not in request.headers:
            yield
            return
        with transaction.atomic():
            ApprovalTask.objects.locked(task_id)
            require_match(request, tag_of(task_answer(caller(request), task_id)))
            yield

    def _answer(self, request: Request, task_id: uuid.UUID) -> Response:
        answer = task_answer(caller(request), task_id)
        return Response(answer, headers={"ETag": tag_of(answer)})
