"""Shapes of answers."""

from typing import Any

from rest_framework import serializers

from workflows import wire
from workflows.models import Execution, HistoryEvent


class ExecutionSummaryOut(serializers.ModelSerializer[Execution]):
    """An execution in a list. `title` is what it is about, where that is known."""

    title = serializers.CharField(read_only=True)
    definition = serializers.CharField(source="definition.name")

    class Meta:
        model = Execution
        fields = [
            "name",
            "title",
            "definition",
            "status",
            "state",
            "waiting_for",
            "started_at",
            "stopped_at",
        ]
        read_only_fields = fields


class ExecutionOut(serializers.ModelSerializer[Execution]):
    """One run of a workflow. `state` is where it is, or was last."""

    definition = serializers.CharField(source="definition.name")
    input = serializers.JSONField()
    output = serializers.JSONField(allow_null=True)

    class Meta:
        model = Execution
        fields = [
            "name",
            "definition",
            "status",
            "state",
            "waiting_for",
            "input",
            "output",
            "error",
            "cause",
            "started_at",
            "stopped_at",
        ]
        read_only_fields = fields


class HistoryEventOut(serializers.Serializer[HistoryEvent]):
    """
    An event as Step Functions' GetExecutionHistory shows it.

    Besides these fields it has one that is named for its type, such as
    `stateEnteredEventDetails`, whose data is JSON text.
    """

    id = serializers.IntegerField(source="number")
    previousEventId = serializers.IntegerField(source="previous")  # noqa: N815 - Step Functions' word
    timestamp = serializers.DateTimeField(source="occurred_at")
    type = serializers.CharField()

    def to_representation(self, instance: HistoryEvent) -> dict[str, Any]:
        return super().to_representation(instance) | wire.details(instance)
