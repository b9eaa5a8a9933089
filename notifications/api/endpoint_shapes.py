"""What goes in and out about endpoints."""

from typing import Any

from rest_framework import serializers

from notifications.models import Attempt, Endpoint, Message

ME, ORGANISATION = "me", "organisation"


class EndpointSerializer(serializers.ModelSerializer[Endpoint]):
    """
    An endpoint and how it does. `address` is what may be seen of it, never all.

    `kinds` are kinds of notifications, or names of events for the organisation's; all where empty.
    """

    of = serializers.SerializerMethodField()
    address = serializers.CharField(source="shown")

    class Meta:
        model = Endpoint
        fields = (
            *("id", "of", "name", "format", "address", "kinds", "status", "disabled_because"),
            *("error", "failing_since", "wait_until", "delivered_at", "created_at"),
        )
        read_only_fields = fields

    def get_of(self, endpoint: Endpoint) -> str:
        return ME if endpoint.owner_id else ORGANISATION


class MadeSerializer(EndpointSerializer):
    """The same, with the secret, which is empty for chats and shown only this once."""

    secret = serializers.SerializerMethodField()

    class Meta:
        model = Endpoint
        fields = (*EndpointSerializer.Meta.fields, "secret")
        read_only_fields = fields

    def get_secret(self, endpoint: Endpoint) -> str:
        return str(self.context["secret"])


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(read_only=True)


class NewEndpointSerializer(serializers.Serializer[Any]):
    """What an endpoint is to be; `of` is `organisation` for administrators only."""

    of = serializers.ChoiceField([ME, ORGANISATION], default=ME)
    name = serializers.CharField(max_length=60)
    format = serializers.ChoiceField(Endpoint.Format.choices, default=Endpoint.Format.STANDARD)
    url = serializers.CharField(max_length=500)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60), default=list, max_length=50
    )


class ChangeSerializer(serializers.Serializer[Any]):
    """What is to be another; the rest stays."""

    name = serializers.CharField(max_length=60, required=False)
    url = serializers.CharField(max_length=500, required=False)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=50
    )


class SinceSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField()


class RecoveredSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(read_only=True)


class EndpointTrySerializer(serializers.ModelSerializer[Attempt]):
    class Meta:
        model = Attempt
        fields = ("began_at", "ended_at", "succeeded", "http_status", "answer")
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message: `webhook_id` is what the receiver knows it by."""

    webhook_id = serializers.CharField(source="public_id")
    attempts = EndpointTrySerializer(many=True)

    class Meta:
        model = Message
        fields = (
            *("id", "webhook_id", "type", "data", "status", "answer", "tries", "due_at"),
            *("occurred_at", "created_at", "finished_at", "attempts"),
        )
        read_only_fields = fields
