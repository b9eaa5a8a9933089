from typing import Any

from rest_framework import serializers

from notifications.models import Notification
from notifications.services import Step
from notifications.services.states.stepping import MOST_AT_ONCE


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    state = serializers.ChoiceField(choices=Notification.State.choices, read_only=True)

    class Meta:
        model = Notification
        fields = (
            *("id", "kind", "title", "body", "reason", "url", "state", "handled", "times"),
            *("due_at", "created_at", "seen_at", "read_at", "snoozed_until", "archived_at"),
            "handled_at",
        )
        read_only_fields = fields


class IdsSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_AT_ONCE,
    )


class StepSerializer(IdsSerializer):
    step = serializers.ChoiceField(choices=Step.choices)
    until = serializers.DateTimeField(
        required=False, default=None, help_text="When what is snoozed comes back."
    )


class UndoSerializer(serializers.Serializer[Any]):
    undo = serializers.CharField(max_length=50_000, help_text="What the change answered.")


class BadgeSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(
        help_text="How many the list of unread ones has; 1000 stands for more as well."
    )


class ChangedSerializer(BadgeSerializer):
    changed = serializers.IntegerField(help_text="How many were changed.")


class TakenSerializer(ChangedSerializer):
    undo = serializers.CharField(help_text="Takes it back for a day; empty if nothing changed.")
