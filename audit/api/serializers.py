from rest_framework import serializers

from audit.models import Entry


class EntrySerializer(serializers.ModelSerializer[Entry]):
    actor_label = serializers.CharField()
    text = serializers.CharField(source="sentence")
    request_id = serializers.CharField(source="correlation_id")

    class Meta:
        model = Entry
        fields = (
            "sequence",
            "event_id",
            "action",
            "actor_id",
            "actor_label",
            "owner_id",
            "scheme",
            "workflow_id",
            "step_id",
            "subject_kind",
            "subject_id",
            "outcome",
            "request_id",
            "happened_at",
            "recorded_at",
            "text",
        )
        read_only_fields = fields
