"""The door for other services' notifications."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import ADMINISTRATORS, NOTIFIERS, has_role
from core.errors import Malformed
from core.handing_in import REFUSED, Outcome, OutcomeSerializer, Shape, answered, schema_of
from core.idempotency import idempotent
from notifications.api.views import Notifications
from notifications.services import handing_in

SCHEMA = "docs/notification.schema.json"


class BadNotification(Malformed):
    """What was handed in does not have the form that docs/notification.schema.json describes."""

    code = "invalid_notification"


NOTICE = Shape(
    one="notification",
    several=handing_in.SEVERAL,
    most=handing_in.AT_ONCE,
    read=handing_in.read,
    refusal=BadNotification,
)


class MayNotify(BasePermission):
    message = "Only accounts in the group “notifiers” and administrators may have people notified."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, NOTIFIERS, ADMINISTRATORS)


class HandedInOutcomeSerializer(OutcomeSerializer):
    """What became of one notification. `code` and `detail` are empty unless it was refused."""

    outcome = serializers.ChoiceField(
        [handing_in.ACCEPTED, handing_in.TAKEN_BACK, handing_in.DUPLICATE, REFUSED]
    )


class HandedInSerializer(serializers.Serializer[Any]):
    """What became of them, in the order in which they were sent."""

    accepted = serializers.IntegerField()
    taken_back = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = HandedInOutcomeSerializer(many=True)


class TakesNotifications(APIView):
    """POST for other services; GET, where there is one, is another's."""

    def get_permissions(self) -> list[Any]:
        if self.request and self.request.method == "POST":
            return [IsAuthenticated(), MayNotify()]
        return [each() for each in self.permission_classes]

    @extend_schema(
        operation_id="hand_in_notifications",
        request=dict[str, Any],
        responses={
            202: OpenApiResponse(HandedInSerializer, description="Some were new."),
            200: OpenApiResponse(HandedInSerializer, description="None was new."),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """
        Have somebody told something, take it back, or `{"notifications": [one, …]}` with up to 100.

        Their shape is at `schema/`. Among several each has its own outcome; one that stands alone
        and is malformed is refused as a whole. Sending one again is safe: its id makes it a
        duplicate. People are told within seconds, and can see which service asked.
        """
        parts = NOTICE.parts(request.data)
        answer = answered(
            _outcomes(parts, str(request.user.pk)),
            accepted=handing_in.ACCEPTED,
            taken_back=handing_in.TAKEN_BACK,
            duplicates=handing_in.DUPLICATE,
            refused=REFUSED,
        )
        new = answer["accepted"] + answer["taken_back"]
        return Response(answer, status=HTTPStatus.ACCEPTED if new else HTTPStatus.OK)


class NotificationsAndMore(TakesNotifications, Notifications):
    """The caller's notifications: GET lists them, POST hands in another service's."""


class NotificationSchema(APIView):
    """The shape of what is handed in, as JSON Schema."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="notification_schema", responses=dict[str, Any])
    def get(self, request: Request) -> Response:
        """The JSON Schema of what other services may hand in."""
        return Response(schema_of(SCHEMA))


def _outcomes(parts: list[handing_in.Given | Outcome], by: str) -> list[Outcome]:
    given = [each for each in parts if not isinstance(each, Outcome)]
    taken = iter(handing_in.take_in(given, by=by) if given else [])
    return [each if isinstance(each, Outcome) else next(taken) for each in parts]
