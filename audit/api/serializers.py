from typing import Any

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


class FullEntrySerializer(EntrySerializer):
    record = serializers.DictField(help_text="As audit/proof/records.py describes it, opened.")

    class Meta(EntrySerializer.Meta):
        fields = (*EntrySerializer.Meta.fields, "record")  # type: ignore[assignment]


class HappeningSerializer(serializers.ModelSerializer[Entry]):
    """What everybody who may see a thing may know of its history."""

    actor_label = serializers.CharField()
    text = serializers.CharField(source="sentence")

    class Meta:
        model = Entry
        fields = ("sequence", "action", "actor_label", "outcome", "happened_at", "text")
        read_only_fields = fields


class NeighboursSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class EntryPageSerializer(NeighboursSerializer):
    results = EntrySerializer(many=True)
    count = serializers.IntegerField(allow_null=True)
    count_is_exact = serializers.BooleanField()
    looked_back_to = serializers.IntegerField(allow_null=True)


class HappeningPageSerializer(NeighboursSerializer):
    results = HappeningSerializer(many=True)


class RowThenSerializer(serializers.Serializer[Any]):
    table = serializers.CharField()
    key = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
    is_whole = serializers.BooleanField()
    changed_by = serializers.IntegerField(help_text="The entry that changed it last; 0 for none.")


class SightSerializer(serializers.Serializer[Any]):
    entry = HappeningSerializer()
    detail = serializers.DictField()


class StateSerializer(serializers.Serializer[Any]):
    is_known = serializers.BooleanField(help_text="False where no change was ever recorded.")
    is_cut = serializers.BooleanField(help_text="True where there is more than is read for this.")
    rows = RowThenSerializer(many=True)
    seen = SightSerializer(many=True)
