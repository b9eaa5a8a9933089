from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from audit.api.serializers import EntrySerializer
from audit.filters import EntryFilter
from audit.models import Entry, EntryQuerySet
from core.errors import BadFilter


class MayReadTrail(BasePermission):
    message = "Only auditors and administrators may read the audit trail."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_audit_entries",
        parameters=[
            OpenApiParameter(name, description=str(field.help_text or field.label))
            for name, field in EntryFilter.base_fields.items()
        ],
    )
)
class Entries(ListAPIView[Entry]):
    """The audit trail, newest first, narrowed by any of the filters together."""

    permission_classes = [IsAuthenticated, MayReadTrail]
    serializer_class = EntrySerializer
    ordering = ("-sequence",)

    def get_queryset(self) -> EntryQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Entry.objects.none()
        form = EntryFilter(self.request.query_params)
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise BadFilter(str(messages[0]), field=field)
        return form.narrow(Entry.objects.named())
