"""What callers get to see of queries. Money is US dollars, as text."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from accounts.things import described
from aiqueries.kinds import Outcome, Purpose, Status
from aiqueries.models import Attempt, Query

MILLISECONDS = 1000


class MoneyField(serializers.DecimalField):
    """As the table keeps it: eight places."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=8, **options)


class AcceptedSerializer(serializers.Serializer[Any]):
    """A query was taken in. `poll` and `events` lead to its answer; DELETE `cancel` ends it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(Status.choices)
    correlation_id = serializers.CharField(help_text="On every log line and event of this query.")
    poll = serializers.URLField()
    events = serializers.URLField()
    cancel = serializers.URLField()


class QuerySummarySerializer(serializers.ModelSerializer[Query]):
    """A query in a list."""

    id = serializers.UUIDField(source="query_id")
    status = serializers.ChoiceField(Status.choices)
    purpose = serializers.ChoiceField(Purpose.choices)
    title = serializers.CharField(help_text="How the prompt begins, while it is kept.")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    cost = MoneyField(allow_null=True)

    class Meta:
        model = Query
        fields = (
            *("id", "status", "purpose", "title", "owner", "customer_id", "question_id"),
            *("model", "provider", "answered_by", "cost", "error_code", "created_at"),
            "finished_at",
        )
        read_only_fields = fields


class ContextSerializer(serializers.Serializer[Any]):
    """What a query is about. `title` is empty for what you may not see any more."""

    customer_id = serializers.UUIDField(allow_null=True)
    question_id = serializers.UUIDField(allow_null=True)
    question_version = serializers.IntegerField(allow_null=True)
    title = serializers.CharField(allow_blank=True)


class TemplateSerializer(serializers.Serializer[Any]):
    """The wording of ours that the prompt was put into."""

    name = serializers.CharField(source="prompt.name")
    version = serializers.IntegerField(source="number")
    digest = serializers.CharField(help_text="SHA-256, in hex.")


class QueryErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="error_code", help_text="For machines; never changes.")
    detail = serializers.CharField(source="error", help_text="A sentence for people.")


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One call of a provider. What was sent is here by its digest alone."""

    outcome = serializers.ChoiceField(Outcome.choices)
    cost = MoneyField(allow_null=True)
    latency_ms = serializers.SerializerMethodField()
    trouble = serializers.CharField(help_text="The class of what went wrong; or empty.")
    says = serializers.CharField(help_text="The same as a sentence.")

    class Meta:
        model = Attempt
        fields = (
            *("number", "provider", "model", "outcome", "trouble", "says", "input_digest"),
            *("sent_bytes", "input_tokens", "output_tokens", "cost", "began_at", "ended_at"),
            "latency_ms",
        )
        read_only_fields = fields

    def get_latency_ms(self, attempt: Attempt) -> int | None:
        return _milliseconds(attempt.began_at, attempt.ended_at)


class QuerySerializer(QuerySummarySerializer):
    """
    A query with its answer, or as much of it as has come, and every attempt.

    Texts are kept for a time (`texts_dropped_at`), digests for good. `is_complete` is false where
    the model was cut off by the limit of its answer, null while there is no answer.
    """

    context = serializers.SerializerMethodField()  # type: ignore[assignment]
    max_cost = MoneyField(allow_null=True)
    is_complete = serializers.SerializerMethodField()
    template = TemplateSerializer()
    error = serializers.SerializerMethodField()
    attempts = AttemptSerializer(many=True)

    class Meta:
        model = Query
        fields = (
            *("id", "status", "purpose", "title", "correlation_id", "owner", "prompt"),
            *("prompt_digest", "context", "model", "max_cost", "template", "input_digest"),
            *("answer", "answer_digest", "is_complete", "provider", "answered_by"),
            *("input_tokens", "output_tokens", "cost", "error", "attempts", "retry_at"),
            *("cancel_asked_at", "created_at", "started_at", "finished_at", "expires_at"),
            "texts_dropped_at",
        )
        read_only_fields = fields

    @extend_schema_field(ContextSerializer(allow_null=True))
    def get_context(self, query: Query) -> dict[str, Any] | None:
        if query.customer_id is None and query.question_id is None:
            return None
        about = {
            "customer_id": query.customer_id,
            "question_id": query.question_id,
            "question_version": query.question_version,
            "title": self._title_of_context(query),
        }
        return dict(ContextSerializer(about).data)

    def _title_of_context(self, query: Query) -> str:
        reader: User = self.context["reader"]  # type: ignore[index]
        thing = ("customer", str(query.customer_id))
        if query.question_id is not None:
            thing = ("question", str(query.question_id))
        found = described(reader, [thing]).get(thing)
        return found.title if found else ""

    def get_is_complete(self, query: Query) -> bool | None:
        return query.is_complete if query.status == Status.SUCCEEDED else None

    @extend_schema_field(QueryErrorSerializer(allow_null=True))
    def get_error(self, query: Query) -> dict[str, Any] | None:
        return dict(QueryErrorSerializer(query).data) if query.error_code else None


class PriceSerializer(serializers.Serializer[Any]):
    """US dollars for a million tokens."""

    input_per_million = serializers.DecimalField(max_digits=12, decimal_places=6)
    output_per_million = serializers.DecimalField(max_digits=12, decimal_places=6)


def _milliseconds(begin: datetime, end: datetime | None) -> int | None:
    return None if end is None else round((end - begin).total_seconds() * MILLISECONDS)
