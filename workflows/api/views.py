"""Executions and their history, to read."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.pagination import KeysetPagination
from workflows import selectors
from workflows.access import may_read
from workflows.api.serializers import ExecutionOut, HistoryEventOut
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution, HistoryEvent


def readable(request: Request, name: str) -> Execution:
    """The execution. Raises ExecutionDoesNotExist also when this person may not read it."""
    execution = selectors.by_name(name)
    if not may_read(request.user, name):
        raise ExecutionDoesNotExist(f"There is no execution {name}.")
    return execution


class ExecutionDetail(APIView):
    """One execution, in Step Functions' words."""

    @extend_schema(operation_id="executions_retrieve", responses=ExecutionOut, tags=["executions"])
    def get(self, request: Request, name: str) -> Response:
        """Where an execution stands."""
        return Response(ExecutionOut(readable(request, name)).data)


class ExecutionHistory(ListAPIView[HistoryEvent]):
    """Everything that happened in an execution, in order, with Step Functions' event names."""

    serializer_class = HistoryEventOut
    pagination_class = KeysetPagination
    ordering = ("number", "id")

    def get_queryset(self) -> QuerySet[HistoryEvent]:
        if getattr(self, "swagger_fake_view", False):
            return HistoryEvent.objects.none()
        execution = readable(self.request, self.kwargs["name"])
        return HistoryEvent.objects.filter(execution=execution)

    @extend_schema(operation_id="executions_history", tags=["executions"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The history, oldest first."""
        return self.list(request, *args, **kwargs)
