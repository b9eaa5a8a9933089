from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadFilter
from notifications import services
from notifications.api.serializers import NotificationSerializer
from notifications.models import Notification, NotificationQuerySet


@extend_schema_view(
    get=extend_schema(
        operation_id="list_notifications",
        parameters=[
            OpenApiParameter(
                "unread", OpenApiTypes.BOOL, description="`true` leaves out what was read."
            )
        ],
    )
)
class Notifications(ListAPIView[Notification]):
    """What the caller was told, newest first, each with the reason why."""

    serializer_class = NotificationSerializer
    ordering = ("-rank", "-id")

    def get_queryset(self) -> NotificationQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Notification.objects.none()
        own = Notification.objects.of(self.request.user.pk)
        match self.request.query_params.get("unread", "false"):
            case "true":
                return own.unread()
            case "false":
                return own
        raise BadFilter("Say true or false.", field="unread")


class Read(APIView):
    """Note that the caller has read a notification. Doing it twice changes nothing."""

    @extend_schema(operation_id="read_notification", request=None, responses={204: None})
    def post(self, request: Request, notification_id: int) -> Response:
        services.mark_read(notification_id=notification_id, person_id=request.user.pk)
        return Response(status=204)
