"""Doors for those who ask."""

import uuid

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from approvals import services
from approvals.api import examples
from approvals.api.inputs import (
    RequestFilterSerializer,
    SubmissionInputSerializer,
    checked_content,
    naming_attachments,
    understood,
    wanted_attachments,
)
from approvals.api.outputs import RequestSerializer, RequestSummarySerializer
from approvals.api.reading import caller, ensure_request_visible, request_answer
from approvals.models import ApprovalRequest
from core.idempotency import idempotent


class ApprovalRequests(GenericViewSet[ApprovalRequest]):
    """Requests: somebody asks for approval of a question, and a workflow carries it through."""

    queryset = ApprovalRequest.objects.none()
    serializer_class = RequestSummarySerializer
    lookup_url_kwarg = "request_id"
    lookup_value_converter = "uuid"
    ordering = ("-created_at", "-request_id")

    def get_queryset(self) -> QuerySet[ApprovalRequest]:
        wanted = understood(RequestFilterSerializer, self.request.query_params)
        visible = ApprovalRequest.objects.listed_for(caller(self.request))
        return visible.filter(**wanted).select_related("question", "version", "requester")

    @extend_schema(parameters=[RequestFilterSerializer])
    def list(self, request: Request) -> Response:
        """The requests you made or were asked to judge, the newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RequestSummarySerializer(page, many=True).data)

    @extend_schema(responses=RequestSerializer)
    def retrieve(self, request: Request, request_id: uuid.UUID) -> Response:
        """A request with its tasks, its verdicts, and how far its workflow has come."""
        return Response(request_answer(caller(request), request_id))

    @extend_schema(
        request=SubmissionInputSerializer,
        responses={201: RequestSerializer},
        examples=[examples.SUBMIT_A_QUESTION, examples.SUBMIT_WITH_A_POLICY],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask for approval. The first task is there at once; the workflow starts right after."""
        sent = understood(SubmissionInputSerializer, request.data)
        actor, question = caller(request), sent.pop("question", None)
        if question is None:
            made = services.request_approval(actor=actor, **sent)
        else:
            content = checked_content(question, within="question.")
            attachments = wanted_attachments(question) or ()
            with naming_attachments(within="question."):
                made = services.submit_request(
                    actor=actor,
                    content=content,
                    attachments=attachments,
                    is_secure=question["is_secure"],
                    **sent,
                )
        address = reverse("approval-request-detail", [made.pk], request=request)
        return Response(request_answer(actor, made.pk), status=201, headers={"Location": address})

    @extend_schema(request=None, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, request_id: uuid.UUID) -> Response:
        """Withdraw a request of yours that is still open."""
        ensure_request_visible(caller(request), request_id)
        services.cancel_request(request_id=request_id, actor=caller(request))
        return Response(request_answer(caller(request), request_id))
