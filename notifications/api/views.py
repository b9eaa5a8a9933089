from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView

from core.errors import BadFilter
from notifications.api.serializers import NotificationSerializer
from notifications.exceptions import NotificationNotFound
from notifications.models import Notification, NotificationQuerySet
from notifications.selectors import ORDER, Box, in_box


@extend_schema_view(
    get=extend_schema(
        operation_id="list_notifications",
        parameters=[
            OpenApiParameter(
                "box", enum=Box.values, description="One box; without it, whatever there is."
            ),
            OpenApiParameter(
                "unread", OpenApiTypes.BOOL, description="`true` is the same as `box=unread`."
            ),
        ],
    )
)
class Notifications(ListAPIView[Notification]):
    """What the caller was told, newest first, each with the reason why."""

    serializer_class = NotificationSerializer
    ordering = ORDER

    def get_queryset(self) -> NotificationQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Notification.objects.none()
        person_id, wanted = self.request.user.pk, self.request.query_params
        match wanted.get("unread", "false"), wanted.get("box", ""):
            case "true", "":
                return in_box(person_id, Box.UNREAD)
            case "false", "":
                return Notification.objects.of(person_id)
            case "false", box if box in Box.values:
                return in_box(person_id, Box(box))
            case "true" | "false", _:
                raise BadFilter(f"Say one of {', '.join(Box.values)}.", field="box")
        raise BadFilter("Say true or false.", field="unread")


@extend_schema_view(get=extend_schema(operation_id="get_notification"))
class OneNotification(RetrieveAPIView[Notification]):
    """One thing the caller was told."""

    serializer_class = NotificationSerializer

    def get_object(self) -> Notification:
        own = Notification.objects.of(self.request.user.pk)
        found = own.filter(pk=self.kwargs["notification_id"]).first()
        if found is None:
            raise NotificationNotFound("There is no such notification.")
        return found
