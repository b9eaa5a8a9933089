"""Doors for those who are away."""

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from approvals import services
from approvals.api.inputs import understood
from approvals.api.outputs import PersonSerializer
from approvals.api.reading import caller
from approvals.exceptions import UnknownPerson
from approvals.models import Absence
from core.idempotency import idempotent

_EXAMPLE = OpenApiExample(
    "A week away",
    value={
        "starts_at": "2027-03-01T00:00:00Z",
        "ends_at": "2027-03-08T00:00:00Z",
        "substitute": "ada@example.com",
    },
    request_only=True,
)


class AbsenceInputSerializer(serializers.Serializer[Any]):
    """From when until when, and who decides meanwhile."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    substitute = serializers.EmailField(
        required=False, allow_blank=True, default="", help_text="An assessor's e-mail address."
    )
    person = serializers.EmailField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Who is away, where that is not the caller; for administrators.",
    )


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    """While somebody is away, their places on tasks go to the substitute."""

    absence_id = serializers.UUIDField(source="id")
    person = PersonSerializer()
    substitute = PersonSerializer(allow_null=True)

    class Meta:
        model = Absence
        fields = ["absence_id", "person", "starts_at", "ends_at", "substitute", "created_at"]


class Absences(GenericViewSet[Absence]):
    """Absences: your own; administrators see everybody's."""

    queryset = Absence.objects.none()
    serializer_class = AbsenceSerializer
    lookup_url_kwarg = "absence_id"
    lookup_value_converter = "uuid"
    ordering = ("-starts_at", "-id")

    def get_queryset(self) -> QuerySet[Absence]:
        visible = Absence.objects.visible_to(caller(self.request))
        return visible.select_related("person", "substitute")

    def list(self, request: Request) -> Response:
        """The absences, those that begin last first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(AbsenceSerializer(page, many=True).data)

    @extend_schema(
        request=AbsenceInputSerializer, responses={201: AbsenceSerializer}, examples=[_EXAMPLE]
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Say that you are away. Places that you have go to the substitute within seconds."""
        sent = understood(AbsenceInputSerializer, request.data)
        absence = services.announce_absence(
            person=_person(sent.pop("person"), caller(request)), actor=caller(request), **sent
        )
        return Response(AbsenceSerializer(absence).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, absence_id: uuid.UUID) -> Response:
        """Be back now. What went to the substitute stays there."""
        services.end_absence(absence_id=absence_id, actor=caller(request))
        return Response(status=204)


def _person(email: str, actor: User) -> User:
    email = email.strip().lower()
    if not email or email == actor.email:
        return actor
    person = User.objects.filter(email=email).first()
    if person is None:
        raise UnknownPerson("Nobody has this address.", field="person")
    return person
