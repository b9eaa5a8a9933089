"""A door to near-duplicates: those that the caller may read are told, others are counted."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from approvals import selectors
from approvals.api.outputs import QuestionSummarySerializer
from approvals.api.reading import caller, visible_question
from approvals.models import Question

PARTS = ("text", "options", "text and options")


class SimilarSerializer(serializers.Serializer[Any]):
    """A question that says nearly the same. Scores are from 0 to 1."""

    question = QuestionSummarySerializer()
    score = serializers.FloatField(help_text="Of text and options together, by their trigrams.")
    text = serializers.FloatField()
    options = serializers.FloatField()
    because = serializers.ChoiceField(choices=PARTS, help_text="What is alike.")


class AlikeSerializer(serializers.Serializer[Any]):
    """Up to ten, the most similar first; `hidden` more are not the caller's to read."""

    results = SimilarSerializer(many=True)
    hidden = serializers.IntegerField()


class SimilarQuestions(GenericViewSet[Question]):
    """Questions that nearly repeat one, found without AI."""

    queryset = Question.objects.none()
    serializer_class = AlikeSerializer

    @extend_schema(responses=AlikeSerializer)
    def retrieve(self, request: Request, question_id: uuid.UUID) -> Response:
        """Those whose text and options score 0.5 or more against this question's newest."""
        asked = visible_question(caller(request), question_id)
        alike = selectors.similar_to(asked.content, caller(request), but=asked.pk)
        return Response(AlikeSerializer({"results": alike.found, "hidden": alike.hidden}).data)
