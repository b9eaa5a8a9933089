"""The door for other services' reports."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import ADMINISTRATORS, REPORTERS, has_role
from audit.api.views import SearchesEvents
from audit.recording import reports
from core.errors import Malformed
from core.handing_in import REFUSED, Outcome, OutcomeSerializer, Shape, answered, schema_of
from core.idempotency import idempotent

SCHEMA = "docs/audit-report.schema.json"


class BadReport(Malformed):
    """A report does not have the form that docs/audit-report.schema.json describes."""

    code = "invalid_report"


REPORT = Shape(
    one="report",
    several=reports.SEVERAL,
    most=reports.AT_ONCE,
    read=reports.read,
    refusal=BadReport,
)


class MayReport(BasePermission):
    message = "Only accounts in the group “reporters” and administrators may report events."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, REPORTERS, ADMINISTRATORS)


class ReportOutcomeSerializer(OutcomeSerializer):
    """What became of one report. `code` and `detail` are empty unless it was refused."""

    outcome = serializers.ChoiceField(["recorded", "duplicate", "refused"])


class ReportedSerializer(serializers.Serializer[Any]):
    """What became of the reports, in the order in which they were sent."""

    recorded = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ReportOutcomeSerializer(many=True)


class TakesReports(APIView):
    """POST for other services; GET, where there is one, is another's."""

    def get_permissions(self) -> list[Any]:
        if self.request and self.request.method == "POST":
            return [IsAuthenticated(), MayReport()]
        return [each() for each in self.permission_classes]

    @extend_schema(
        operation_id="report_audit_events",
        request=dict[str, Any],
        responses={
            202: OpenApiResponse(ReportedSerializer, description="Some were new."),
            200: OpenApiResponse(ReportedSerializer, description="None was new."),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """
        Hand in one report, or `{"reports": [one, …]}` with up to 500.

        Their shape is at `report-schema/`. Among several each has its own outcome; a report
        that stands alone and is malformed is refused as a whole. Sending one again is safe: its
        id makes it a duplicate. The entries are in the trail within seconds.
        """
        read = REPORT.parts(request.data)
        answer = answered(
            _outcomes(read, str(request.user.pk)),
            recorded="recorded",
            duplicates="duplicate",
            refused=REFUSED,
        )
        status = HTTPStatus.ACCEPTED if answer["recorded"] else HTTPStatus.OK
        return Response(answer, status=status)


class Events(TakesReports, SearchesEvents):
    """The trail: GET searches it, POST hands in another service's reports."""


class ReportSchema(APIView):
    """The shape of a report, as JSON Schema."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="audit_report_schema", responses=dict[str, Any])
    def get(self, request: Request) -> Response:
        """The JSON Schema of what other services may report."""
        return Response(schema_of(SCHEMA))


def _outcomes(read: list[reports.Report | Outcome], reporter_id: str) -> Iterator[Outcome]:
    new = reports.take_in(
        [each for each in read if isinstance(each, reports.Report)], reporter_id=reporter_id
    )
    for each in read:
        if isinstance(each, Outcome):
            yield each
            continue
        yield Outcome(
            id=each.event.report_id, outcome="recorded" if each.key in new else "duplicate"
        )
        new.discard(each.key)  # the same once more in this request is a duplicate
