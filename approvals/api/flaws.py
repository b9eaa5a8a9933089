"""Doors to the rules of item writing. Nothing here changes anything but who has read what."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from approvals import services
from approvals.api import examples
from approvals.api.inputs import RULE_NAMES, ContentInputSerializer, checked_content, understood
from approvals.api.reading import caller, visible_version
from approvals.flaws import Severity, find_flaws
from approvals.models import QuestionVersion


class VersionFilterSerializer(serializers.Serializer[Any]):
    """Which version, counted from 1."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The newest if not said."
    )


class FlawSerializer(serializers.Serializer[Any]):
    """Where a question goes against a rule of item writing: characters `start` to `end`."""

    rule = serializers.ChoiceField(choices=RULE_NAMES)
    severity = serializers.ChoiceField(
        choices=[severity.value for severity in Severity],
        help_text="FLAW: mend it unless there is a reason not to. HINT: look at it.",
    )
    part = serializers.CharField(help_text="`question_text`, or an option: `options[2]`.")
    start = serializers.IntegerField(help_text="In Unicode characters, counted from 0.")
    end = serializers.IntegerField(help_text="Just behind the last of them.")
    quote = serializers.CharField(help_text="What stands there, 160 characters at most.")
    says = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # a field of this name is fine
        help_text="The literature that the rule comes from."
    )


class FoundFlawsSerializer(serializers.Serializer[Any]):
    """The flaws of a content, which its digest names."""

    digest = serializers.CharField()
    flaws = FlawSerializer(many=True)


class VersionFlawsSerializer(FoundFlawsSerializer):
    """The flaws of one version of a question."""

    version = serializers.IntegerField()


class QuestionFlaws(GenericViewSet[QuestionVersion]):
    """What goes against rules of item writing, found without AI."""

    queryset = QuestionVersion.objects.none()
    serializer_class = VersionFlawsSerializer
    pagination_class = None

    @extend_schema(
        parameters=[VersionFilterSerializer],
        responses=VersionFlawsSerializer,
        examples=[examples.FLAWS],
    )
    def retrieve(self, request: Request, question_id: uuid.UUID) -> Response:
        """The flaws of the newest version, or of the one named."""
        wanted = understood(VersionFilterSerializer, request.query_params)
        version = visible_version(caller(request), question_id, wanted.get("version"))
        services.note_reading(version, by=caller(request), through="api")
        found = {"version": version.number, "digest": version.digest}
        flaws = find_flaws(version.content)
        return Response(VersionFlawsSerializer({**found, "flaws": flaws}).data)

    @extend_schema(
        request=ContentInputSerializer,
        responses=FoundFlawsSerializer,
        examples=[examples.CHECK, examples.FOUND],
    )
    def check(self, request: Request) -> Response:
        """The same of a question that is not kept yet; its files are not looked at."""
        content = checked_content(understood(ContentInputSerializer, request.data))
        found = {"digest": content.digest, "flaws": find_flaws(content)}
        return Response(FoundFlawsSerializer(found).data)
