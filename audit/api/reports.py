"""The door for other services' reports."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
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
from core.idempotency import idempotent
from core.strict import Unreadable

SCHEMA = "docs/audit-report.schema.json"


class BadReport(Malformed):
    """A report does not have the form that docs/audit-report.schema.json describes."""

    code = "invalid_report"


class MayReport(BasePermission):
    message = "Only accounts in the group “reporters” and administrators may report events."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, REPORTERS, ADMINISTRATORS)


class ReportOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one report. `code` and `detail` are empty unless it was refused."""

    id = serializers.CharField(help_text="Its own id, as far as it had one.")
    outcome = serializers.ChoiceField(["recorded", "duplicate", "refused"])
    code = serializers.CharField()
    detail = serializers.CharField()


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
        outcomes = _taken(request.data, reporter_id=str(request.user.pk))
        counted = {
            name: sum(each["outcome"] == kind for each in outcomes)
            for name, kind in (
                ("recorded", "recorded"),
                ("duplicates", "duplicate"),
                ("refused", "refused"),
            )
        }
        status = HTTPStatus.ACCEPTED if counted["recorded"] else HTTPStatus.OK
        return Response({**counted, "results": outcomes}, status=status)


class Events(TakesReports, SearchesEvents):
    """The trail: GET searches it, POST hands in another service's reports."""


class ReportSchema(APIView):
    """The shape of a report, as JSON Schema."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="audit_report_schema", responses=dict[str, Any])
    def get(self, request: Request) -> Response:
        """The JSON Schema of what other services may report."""
        return Response(_schema())


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.BASE_DIR / SCHEMA).read_text(encoding="utf-8"))
    return found


def _taken(body: Any, *, reporter_id: str) -> list[dict[str, str]]:
    """The outcome of each report in the body."""
    if not isinstance(body, dict):
        raise BadReport("Send one report, or an object with reports.")
    try:
        if reports.SEVERAL not in body:
            return _outcomes([reports.read(body)], reporter_id)
        given = reports.several(body)
    except Unreadable as refusal:
        raise BadReport(str(refusal)) from None
    return _outcomes([_read(each) for each in given], reporter_id)


def _read(body: dict[str, Any]) -> reports.Report | dict[str, str]:
    try:
        return reports.read(body)
    except Unreadable as refusal:
        return _outcome(str(body.get("id", ""))[:36], "refused", BadReport.code, str(refusal))


def _outcomes(
    read: list[reports.Report | dict[str, str]] | list[reports.Report], reporter_id: str
) -> list[dict[str, str]]:
    readable = [each for each in read if isinstance(each, reports.Report)]
    new = reports.take_in(readable, reporter_id=reporter_id)
    outcomes = []
    for each in read:
        if isinstance(each, dict):
            outcomes.append(each)
            continue
        outcomes.append(
            _outcome(each.event.report_id, "recorded" if each.key in new else "duplicate")
        )
        new.discard(each.key)  # the same once more in this request is a duplicate
    return outcomes


def _outcome(report_id: str, outcome: str, code: str = "", detail: str = "") -> dict[str, str]:
    return {"id": report_id, "outcome": outcome, "code": code, "detail": detail}
