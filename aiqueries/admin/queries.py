"""What was asked, and every call that was made for it: to read."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from aiqueries import services
from aiqueries.admin.reading import Readable, is_administrator, person
from aiqueries.models import Attempt, Query
from core.amounts import dollars

_LABELS = {
    "RUNNING": "info",
    "SUCCEEDED": "success",
    "FAILED": "danger",
    "EXPIRED": "danger",
    "CANCELLED": "warning",
}
_TEXTS = ("prompt", "answer")


class AttemptInline(Readable, TabularInline):  # type: ignore[misc]
    model = Attempt
    ordering = ("number",)
    fields = (
        *("number", "provider", "model", "outcome", "trouble", "says", "sent_bytes"),
        *("input_tokens", "output_tokens", "cost", "began_at", "ended_at"),
    )
    readonly_fields = fields
    tab = True


@admin.register(Query)
class QueryAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    """Prompts and answers are shown to administrators alone, and that they looked is told."""

    list_display = (
        *("created_at", "asker", "purpose", "status_label", "answered_by", "price"),
        *("input_tokens", "output_tokens", "finished_at"),
    )
    list_filter = ("status", "purpose", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__name", "owner__email", "correlation_id")
    search_help_text = "Who asked, or the id of the query or of its request."
    ordering = ("-created_at", "-query_id")
    inlines = (AttemptInline,)
    fields = (
        *("query_id", "correlation_id", "owner", "purpose", "status", "error_code", "error"),
        *("prompt", "answer", "prompt_digest", "input_digest", "answer_digest", "is_complete"),
        *("customer_id", "question_id", "question_version", "model", "max_cost", "template"),
        *("provider", "answered_by", "input_tokens", "output_tokens", "cost", "turn"),
        *("created_at", "started_at", "finished_at", "expires_at", "retry_at"),
        *("cancel_asked_at", "texts_dropped_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Query]:
        """Texts may be long, and lists do not show them."""
        found: QuerySet[Query] = super().get_queryset(request)
        return found.defer(*_TEXTS)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        hidden = () if is_administrator(request) else _TEXTS
        return tuple(field for field in self.fields if field not in hidden)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Query], search_term: str
    ) -> tuple[QuerySet[Query], bool]:
        """By the id of the query where it is one; else by who asked, or the id of the request."""
        with suppress(ValueError):
            exact = queryset.filter(pk=UUID(search_term.strip()))
            if exact.exists():
                return exact, False
        found: tuple[QuerySet[Query], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def render_change_form(
        self, request: HttpRequest, context: Any, obj: Any = None, **more: Any
    ) -> Any:
        if obj is not None and is_administrator(request):
            services.note_reading([obj], by=person(request), through="admin")
        return super().render_change_form(request, context, obj=obj, **more)

    @admin.display(description="asked by", ordering="owner__name")
    def asker(self, query: Query) -> str:
        return str(query.owner or "The product")

    @display(description="status", ordering="status", label=_LABELS)  # type: ignore[untyped-decorator]
    def status_label(self, query: Query) -> tuple[str, str]:
        return query.status, query.get_status_display()

    @admin.display(description="cost", ordering="cost")
    def price(self, query: Query) -> str:
        return dollars(query.cost)


@admin.register(Attempt)
class AttemptAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    """Every call of a provider."""

    list_display = (
        *("began_at", "provider", "model", "outcome", "trouble", "price", "input_tokens"),
        *("output_tokens", "seconds"),
    )
    list_filter = ("outcome", "began_at")
    search_fields = ("provider", "model", "trouble", "request_id")
    ordering = ("-began_at", "-pk")

    @admin.display(description="cost", ordering="cost")
    def price(self, attempt: Attempt) -> str:
        return dollars(attempt.cost)

    @admin.display(description="seconds")
    def seconds(self, attempt: Attempt) -> str:
        if attempt.ended_at is None:
            return "–"
        return f"{(attempt.ended_at - attempt.began_at).total_seconds():.2f}"
