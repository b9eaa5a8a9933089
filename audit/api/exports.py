"""Exports by API: ask, look, fetch."""

import uuid
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from audit.api.views import MayReadTrail
from audit.exceptions import ExportNotFound
from audit.models import ENTRIES, Export
from audit.reading.forms import ExportForm
from audit.services import exporting
from core.errors import Invalid
from core.idempotency import idempotent


class ExportAskedSerializer(serializers.Serializer[Any]):
    """Which entries; the whole trail where nothing is said."""

    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    action = serializers.CharField(required=False, allow_blank=True, max_length=100)
    person = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="Id, or part of the name."
    )
    kind = serializers.CharField(required=False, allow_blank=True, max_length=40)
    thing = serializers.CharField(required=False, allow_blank=True, max_length=255)
    with_names = serializers.BooleanField(default=False, help_text="For auditors.")


class ExportSerializer(serializers.ModelSerializer[Export]):
    """How far an export is. `selection` names people by their ids."""

    percent = serializers.IntegerField()
    selection = serializers.DictField()

    class Meta:
        model = Export
        fields = (
            *("id", "status", "percent", "selection", "with_names", "asked_by", "asked_at"),
            *("finished_at", "expires_at", "head_size", "expected", "written", "error"),
            *("zip_size", "sheet_size"),
        )
        read_only_fields = fields


class Exports(ReadOnlyModelViewSet[Export]):
    """Copies of the trail, newest first."""

    queryset = Export.objects.none()
    serializer_class = ExportSerializer
    permission_classes = [IsAuthenticated, MayReadTrail]
    ordering = ("-asked_at", "-id")
    lookup_url_kwarg = "export_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Export.objects.none()
        return exporting.visible_exports(self.request.user)

    def get_object(self) -> Export:
        found: Export | None = self.get_queryset().filter(pk=self.kwargs["export_id"]).first()
        if found is None:
            raise ExportNotFound("There is no such export.")
        return found

    @extend_schema(request=ExportAskedSerializer, responses={202: ExportSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask for an export; it is written in the background and kept for seven days."""
        asked = ExportAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        form = ExportForm(asked.validated_data)
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise Invalid(str(messages[0]), field=field)
        export = exporting.ask_for_export(
            selection=form.selection,
            with_names=form.cleaned_data["with_names"],
            person=request.user,  # type: ignore[arg-type]
        )
        address = reverse("audit-export-detail", [export.pk], request=request)
        export.refresh_from_db()
        return Response(ExportSerializer(export).data, status=202, headers={"Location": address})

    @extend_schema(
        parameters=[OpenApiParameter("file", enum=list(Export.FILES), default=ENTRIES)],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True)
    def content(self, request: Request, export_id: uuid.UUID) -> Any:
        """One of its files: `entries.zip`, which proves itself, or `entries.csv`."""
        name = request.query_params.get("file", ENTRIES)
        opened = exporting.open_export(
            export_id=export_id,
            file=name,
            person=request.user,  # type: ignore[arg-type]
        )
        return FileResponse(opened, as_attachment=True, filename=f"audit-{name}")
