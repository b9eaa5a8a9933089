"""Executions and their history, to read."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadFilter
from core.pagination import KeysetPagination
from workflows import diagram, selectors
from workflows.access import may_list, may_read
from workflows.api.renderers import SvgRenderer
from workflows.api.serializers import ExecutionOut, ExecutionSummaryOut, HistoryEventOut
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution, HistoryEvent
from workflows.titles import entitle


def readable(request: Request, name: str) -> Execution:
    """The execution. Raises ExecutionDoesNotExist also when this person may not read it."""
    execution = selectors.by_name(name)
    if not may_read(request.user, name):
        raise ExecutionDoesNotExist(f"There is no execution {name}.")
    return execution


class MayListExecutions(BasePermission):
    message = "Only administrators and auditors may list executions."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_list(request.user)


class ExecutionList(ListAPIView[Execution]):
    """Every execution, for administrators and auditors; others read those they may one by one."""

    permission_classes = [IsAuthenticated, MayListExecutions]
    serializer_class = ExecutionSummaryOut
    pagination_class = KeysetPagination
    ordering = selectors.NEWEST_FIRST

    def get_queryset(self) -> QuerySet[Execution]:
        status = self.request.query_params.get("status", "")
        if status and status not in Execution.Status:
            raise BadFilter("There is no such status.", field="status")
        return selectors.executions(status)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        entitle(page or [])
        return page

    @extend_schema(
        operation_id="executions_list",
        parameters=[OpenApiParameter("status", enum=Execution.Status.values)],
        tags=["executions"],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The executions, newest first."""
        return self.list(request, *args, **kwargs)


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


# The picture brings its style along: it is looked at far from our style sheets.
@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class ExecutionDiagram(APIView):
    """An execution drawn on its definition, as a picture that stands alone."""

    renderer_classes = [SvgRenderer]

    @extend_schema(
        operation_id="executions_diagram",
        responses={(200, SvgRenderer.media_type): OpenApiTypes.STR},
        tags=["executions"],
    )
    def get(self, request: Request, name: str) -> Response:
        """The diagram, with the path taken."""
        return Response(diagram.draw(readable(request, name)))
