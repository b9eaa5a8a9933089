"""Doors for those who write questions."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from approvals import services
from approvals.api import examples
from approvals.api.inputs import (
    ContentInputSerializer,
    MarkInputSerializer,
    QuestionFilterSerializer,
    QuestionInputSerializer,
    checked_content,
    understood,
    wanted_attachments,
)
from approvals.api.outputs import (
    QuestionSerializer,
    QuestionSummarySerializer,
    QuestionVersionSerializer,
)
from approvals.api.reading import caller, visible_question, visible_version
from approvals.models import Question, QuestionVersion
from core.idempotency import idempotent
from core.preconditions import require_match, tag_of, tagged


class Questions(GenericViewSet[Question]):
    """Questions as they stand now, and every version they ever had."""

    queryset = Question.objects.none()
    serializer_class = QuestionSummarySerializer
    lookup_url_kwarg = "question_id"
    lookup_value_converter = "uuid"
    ordering = ("-created_at", "-question_id")

    def get_queryset(self) -> QuerySet[Question]:
        wanted = understood(QuestionFilterSerializer, self.request.query_params)
        visible = Question.objects.listed_for(caller(self.request)).select_related("created_by")
        words = wanted.pop("search", "")
        if wanted["is_secure"] is None:
            del wanted["is_secure"]
        return visible.matching(words).filter(**wanted)

    @extend_schema(parameters=[QuestionFilterSerializer])
    def list(self, request: Request) -> Response:
        """The questions you wrote, submitted or were asked to judge, the newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(QuestionSummarySerializer(page, many=True).data)

    @extend_schema(responses=QuestionSerializer)
    def retrieve(self, request: Request, question_id: uuid.UUID) -> Response:
        """A question as it stands now, with its answer key."""
        question = visible_question(caller(request), question_id)
        services.note_reading(question, by=caller(request), through="api")
        answer = _answer(question)
        return tagged(request, Response(answer), tag_of(answer))

    @extend_schema(
        request=QuestionInputSerializer,
        responses={201: QuestionSerializer},
        examples=[examples.REVISE],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Keep a question without asking for approval yet."""
        sent = understood(QuestionInputSerializer, request.data)
        question = services.create_question(
            content=checked_content(sent),
            attachments=wanted_attachments(sent) or (),
            is_secure=sent["is_secure"],
            actor=caller(request),
        )
        address = reverse("question-detail", [question.pk], request=request)
        return Response(_answer(question), status=201, headers={"Location": address})

    @extend_schema(
        request=MarkInputSerializer, responses=QuestionSerializer, parameters=[examples.IF_MATCH]
    )
    @idempotent
    def partial_update(self, request: Request, question_id: uuid.UUID) -> Response:
        """Mark a question as secure, or take the mark away. What it says takes a new version."""
        sent = understood(MarkInputSerializer, request.data)
        with _unchanged(request, question_id):
            services.mark_secure(
                question_id=question_id, secure=sent["is_secure"], actor=caller(request)
            )
        answer = _answer(visible_question(caller(request), question_id))
        return Response(answer, headers={"ETag": tag_of(answer)})


class QuestionVersions(GenericViewSet[QuestionVersion]):
    """Every version of one question. None ever changes."""

    queryset = QuestionVersion.objects.none()
    serializer_class = QuestionVersionSerializer
    ordering = ("-number", "-id")

    def list(self, request: Request, question_id: uuid.UUID) -> Response:
        """All versions, the newest first."""
        page = self.paginate_queryset(self._versions(question_id)) or []
        services.note_reading_all(page, by=caller(request), through="api")
        return self.get_paginated_response(QuestionVersionSerializer(page, many=True).data)

    def retrieve(self, request: Request, question_id: uuid.UUID, number: int) -> Response:
        """What the question said at one time."""
        version = self._version(question_id, number)
        services.note_reading(version, by=caller(request), through="api")
        return Response(QuestionVersionSerializer(version).data)

    @extend_schema(
        request=ContentInputSerializer,
        responses={201: QuestionVersionSerializer},
        parameters=[examples.IF_MATCH],
        examples=[examples.REVISE],
    )
    @idempotent
    def create(self, request: Request, question_id: uuid.UUID) -> Response:
        """
        Write a new version. If assessors asked for changes, their stage goes on with it.

        Send the question's ETag as If-Match to replace only what you have read.
        """
        sent = understood(ContentInputSerializer, request.data)
        content = checked_content(sent)
        with _unchanged(request, question_id):
            made = services.revise_question(
                question_id=question_id,
                content=content,
                attachments=wanted_attachments(sent),
                actor=caller(request),
            )
        where = {"question_id": question_id, "number": made.number}
        address = reverse("question-version-detail", kwargs=where, request=request)
        answer = QuestionVersionSerializer(self._version(question_id, made.number)).data
        return Response(answer, status=201, headers={"Location": address})

    def _version(self, question_id: uuid.UUID, number: int) -> QuestionVersion:
        return visible_version(caller(self.request), question_id, number)

    def _versions(self, question_id: uuid.UUID) -> QuerySet[QuestionVersion]:
        question = visible_question(caller(self.request), question_id)
        return QuestionVersion.objects.filter(question=question).select_related("created_by")


@contextmanager
def _unchanged(request: Request, question_id: uuid.UUID) -> Iterator[None]:
    """Hold the question as it is; where the caller said what it must look like, compare."""
    visible_question(caller(request), question_id)
    if "If-Match" not in request.headers:
        yield
        return
    with transaction.atomic():
        Question.objects.select_for_update(no_key=True).get(pk=question_id)
        require_match(request, tag_of(_answer(visible_question(caller(request), question_id))))
        yield


def _answer(question: Question) -> dict[str, Any]:
    return dict(QuestionSerializer(question).data)
