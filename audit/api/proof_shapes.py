"""The shapes of what proves the trail."""

from typing import Any

from rest_framework import serializers

from audit.models import Seal

_HASH = "A hash of 32 bytes in base64."
_NOTE = "A signed head: a checkpoint as in c2sp.org/tlog-checkpoint."


class SealSerializer(serializers.ModelSerializer[Seal]):
    class Meta:
        model = Seal
        fields = ("size", "key_id", "sealed_at", "note")
        read_only_fields = fields


class _ProofSerializer(serializers.Serializer[Any]):
    proof = serializers.ListField(child=serializers.CharField(help_text=_HASH))


class InclusionSerializer(_ProofSerializer):
    sequence = serializers.IntegerField()
    leaf = serializers.CharField(help_text=_HASH)
    note = serializers.CharField(help_text=_NOTE)


class ConsistencySerializer(_ProofSerializer):
    first = serializers.IntegerField()
    second = serializers.IntegerField()


class SealingKeySerializer(serializers.Serializer[Any]):
    vkey = serializers.CharField(help_text="As in c2sp.org/signed-note: name+id+key.")
    since = serializers.DateTimeField()
    introduction = serializers.CharField(
        help_text="A note in which an earlier key names this one; empty if none did."
    )


class KeyListSerializer(serializers.Serializer[Any]):
    origin = serializers.CharField(help_text="What this trail is called in all that is signed.")
    keys = SealingKeySerializer(many=True)


class ReceiptSerializer(_ProofSerializer):
    """All that it takes to verify one entry: docs/audit.md describes the form."""

    format = serializers.CharField()
    issued_at = serializers.DateTimeField()
    sequence = serializers.IntegerField()
    body = serializers.CharField(help_text="The record: exactly the text that was hashed.")
    keys = serializers.DictField(
        child=serializers.CharField(), help_text="What opens the record's boxes, in base64."
    )
    withheld = serializers.ListField(
        child=serializers.CharField(), help_text="Boxes that are not for you."
    )
    note = serializers.CharField(help_text=_NOTE)
    vkeys = SealingKeySerializer(many=True)


class ReceiptsSerializer(serializers.Serializer[Any]):
    results = ReceiptSerializer(many=True)
