from rest_framework import serializers

from audit.models import Entry


class EntrySerializer(serializers.ModelSerializer[Entry]):
    request_id = serializers.CharField(source="correlation_id")

    class Meta:
        model = Entry
        fields = (
            "sequence",
            "event_id",
            "action",
            "actor_id",
            "actor_label",
            "subject_kind",
            "subject_id",
            "request_id",
            "happened_at",
            "recorded_at",
            "text",
            "detail",
        )
        read_only_fields = fields
