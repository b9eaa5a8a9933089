"""For support: what was made of any event for anybody, and why somebody was not told."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from core.errors import BadFilter
from notifications import services
from notifications.api.watches import person_of
from notifications.api.why import ExplainedSerializer
from notifications.models import Trace
from notifications.selectors import (
    Sought,
    Voice,
    explain,
    happened,
    key_in,
    people_called,
    traces_of,
    why_not,
)

_PERSON = OpenApiParameter("person", description="The id or e-mail address of a person.")
_EVENT = OpenApiParameter("event", description="The id of an event.")
_ABOUT = OpenApiParameter("about", description="The id of a question, a request or a task.")


class MaySupport(BasePermission):
    message = "Only auditors and administrators may see what others were told."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)


class HeardSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    says = serializers.CharField()
    named = serializers.IntegerField(help_text="How many people the rule named.")
    names_them = serializers.BooleanField()


class WhyNotSerializer(serializers.Serializer[Any]):
    """`trace` is what was made of it; where there is none, `reasons` say why, as of today."""

    trace = ExplainedSerializer(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    rules = HeardSerializer(many=True)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_traces", parameters=[_PERSON, _EVENT, _ABOUT], tags=["notifications"]
    )
)
class Traces(ListAPIView[Trace]):
    """What was made of events for people, the newest first. Each look is an event."""

    permission_classes = [IsAuthenticated, MaySupport]
    serializer_class: Any = ExplainedSerializer
    ordering = ("-id",)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        sought = _sought(request)
        services.note_look(sought, by=person_of(request), through="api")
        page = self.paginate_queryset(traces_of(sought)) or []
        return self.get_paginated_response(
            ExplainedSerializer(explain(page, Voice.THEY), many=True).data
        )

    def get_queryset(self) -> Any:
        return Trace.objects.none()


class WhyNot(APIView):
    """Why somebody was told of an event, or not."""

    permission_classes = [IsAuthenticated, MaySupport]

    @extend_schema(
        operation_id="explain_event_to_person",
        parameters=[
            OpenApiParameter("person", required=True, description=_PERSON.description),
            OpenApiParameter("event", required=True, description=_EVENT.description),
        ],
        responses=WhyNotSerializer,
        tags=["notifications"],
    )
    def get(self, request: Request) -> Response:
        """
        The trace of an event and a person, or why there is none: no rule hears of such events, none
        names the person, they watch it and may not see it, telling still waits, and so on.
        """
        sought = _sought(request)
        if sought.person is None or sought.event_id is None:
            missing = "event" if sought.person else "person"
            raise BadFilter("Name a person and an event.", field=missing)
        services.note_look(sought, by=person_of(request), through="api")
        return Response(WhyNotSerializer(_answer(sought.person, sought.event_id)).data)


def _answer(person: User, event_id: UUID) -> dict[str, Any]:
    traces = list(traces_of(Sought(person=person, event_id=event_id)))
    if traces:
        return {"trace": explain(traces, Voice.THEY)[0], "reasons": (), "rules": ()}
    found = why_not(person, happened(event_id).event)
    return {"trace": None, "reasons": found.reasons, "rules": found.rules}


def _sought(request: Request) -> Sought:
    """Raises BadFilter, which names the parameter at fault."""
    asked = request.query_params
    return Sought(
        person=_person(asked.get("person", "")),
        event_id=_uuid(asked.get("event", "")),
        key=key_in(asked.get("about", "")),
    )


def _person(words: str) -> User | None:
    if not words:
        return None
    found = people_called(words)
    if len(found) != 1:
        raise BadFilter("This is nobody's id or e-mail address.", field="person")
    return found[0]


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words) if words else None
    except ValueError as error:
        raise BadFilter("This is no id of an event.", field="event") from error
