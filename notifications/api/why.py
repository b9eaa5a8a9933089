"""Why somebody was told, and what became of it on each channel."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications.exceptions import NotificationNotFound
from notifications.kinds import Outcome
from notifications.models import Notification, Trace
from notifications.selectors import Voice, explain_row, life_of


class TrySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    succeeded = serializers.BooleanField()
    answer = serializers.CharField()


class StorySerializer(serializers.Serializer[Any]):
    """
    One channel: what was decided and why, what became of it, and each attempt.

    `status` is that of the message, and empty where none was written.
    """

    channel = serializers.CharField()
    outcome = serializers.ChoiceField(Outcome.choices)
    decided = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())
    until = serializers.DateTimeField(allow_null=True)
    status = serializers.CharField()
    became = serializers.CharField()
    became_at = serializers.DateTimeField(allow_null=True)
    attempts = TrySerializer(many=True)


class ExplainedSerializer(serializers.Serializer[Any]):
    """What was made of one event for one person. `event` is empty once the log has let it go."""

    id = serializers.IntegerField(source="trace.pk")
    event_id = serializers.UUIDField(source="trace.event_id")
    recipient_id = serializers.UUIDField(source="trace.recipient_id")
    notification_id = serializers.IntegerField(source="trace.notification_id", allow_null=True)
    occurred_at = serializers.DateTimeField(source="trace.occurred_at")
    event = serializers.CharField()
    actor = serializers.CharField()
    rule = serializers.CharField(source="trace.rule")
    rule_says = serializers.CharField()
    verdict = serializers.ChoiceField(Trace.Verdict.choices, source="trace.verdict")
    said = serializers.CharField(source="verdict")
    because = serializers.CharField()
    channels = StorySerializer(many=True, source="stories")


class MomentSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    text = serializers.CharField()


class WhySerializer(serializers.Serializer[Any]):
    """`events` are the newest 25, the latest first; `life` is what became of the row, in order."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    events = ExplainedSerializer(many=True)
    life = MomentSerializer(many=True)


class Why(APIView):
    @extend_schema(
        operation_id="explain_notification", responses=WhySerializer, tags=["notifications"]
    )
    def get(self, request: Request, notification_id: int) -> Response:
        """Why the caller got a notification, from each event to each attempt at a message."""
        told = Notification.objects.of(request.user.pk).filter(pk=notification_id).first()
        if told is None:
            raise NotificationNotFound("There is no such notification.")
        found = {
            "id": told.pk,
            "reason": told.reason,
            "events": explain_row(told, Voice.YOU),
            "life": life_of(told, Voice.YOU),
        }
        return Response(WhySerializer(found).data)
