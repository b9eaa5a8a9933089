"""What callers may send about queries. Only its shape is checked here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from aiqueries.exceptions import UnknownContext
from aiqueries.kinds import Purpose, Status
from core.inputs import IdField, StrictSerializer, TextField

MOST_COST = 1_000  # US dollars; whoever means more has slipped
ME, ALL = "me", "all"


class ContextInputSerializer(StrictSerializer):
    """What the question is about: a customer, or a question of an exam."""

    customer_id = IdField(required=False)
    question_id = IdField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            message = "Name either a customer or a question."
            raise serializers.ValidationError(message, code="either_or")
        return attrs


class QueryInputSerializer(StrictSerializer):
    """What to ask a model, and about what."""

    prompt = TextField(allow_blank=True, help_text="1 to 8,000 characters.")
    context = ContextInputSerializer(required=False)  # type: ignore[assignment]
    model = TextField(
        required=False,
        max_length=100,
        help_text="One of `ai/models/`, as `provider/model` or `model`; without it, the first.",
    )
    max_cost = serializers.DecimalField(
        max_digits=12,
        decimal_places=8,
        min_value=0,
        max_value=MOST_COST,
        required=False,
        help_text="US dollars. A call that may cost more is not made.",
    )


class QueryFilterSerializer(StrictSerializer):
    """By what a list of queries can be narrowed."""

    of = serializers.ChoiceField(
        [ME, ALL], default=ME, help_text="`all`: those that you may see; administrators all."
    )
    status = serializers.ChoiceField(Status.choices, required=False)
    purpose = serializers.ChoiceField(Purpose.choices, required=False)
    customer_id = serializers.UUIDField(required=False)
    question_id = serializers.UUIDField(required=False)
    model = serializers.CharField(
        required=False, max_length=100, help_text="The model that was asked for or that answered."
    )
    since = serializers.DateTimeField(required=False, help_text="Asked then or later.")
    until = serializers.DateTimeField(required=False, help_text="Asked before then.")


@contextmanager
def naming_context() -> Iterator[None]:
    """Let a refusal about the context name its place in the body."""
    try:
        yield
    except UnknownContext as refusal:
        refusal.field = f"context.{refusal.field}"
        raise
