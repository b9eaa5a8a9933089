"""Workflows as administrators see them: all of it to read, executions to stop."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import User
from core.admin import ReadOnly
from workflows import services
from workflows.models import Definition, Execution, HistoryEvent, Message


class HistoryInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = HistoryEvent
    ordering = ("number",)
    fields = ("number", "previous", "type", "occurred_at", "details")
    readonly_fields = fields
    per_page = 50
    tab = True


class MessageInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Message
    ordering = ("sent_at",)
    # Never the body: while a message waits it holds the task token.
    fields = ("id", "queue", "sent_at", "delivered_at")
    readonly_fields = fields
    tab = True


@admin.register(Execution)
class ExecutionAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "definition", "status", "state", "started_at", "stopped_at")
    list_filter = ("status", "state", "definition__name")
    list_select_related = ("definition",)
    search_fields = ("name",)
    ordering = ("-started_at", "-id")
    show_full_result_count = False
    fields = (
        ("name", "definition"),
        ("status", "state", "waiting_for"),
        ("started_at", "stopped_at", "wake_at"),
        ("error", "cause"),
        "input",
        "output",
    )
    inlines = (HistoryInline, MessageInline)
    actions = ("stop",)

    @admin.action(description="Stop the selected executions", permissions=["stop"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Execution]) -> None:
        person = cast(User, request.user)
        running = queryset.filter(status=Execution.Status.RUNNING).values_list("name", flat=True)
        count = services.request_stop(
            names=running, cause=f"Stopped by {person} in the admin.", actor=person.as_actor()
        )
        messages.success(request, f"{count} executions are being stopped.")

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("workflows.change_execution")


@admin.register(Definition)
class DefinitionAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "digest", "created_at")
    list_filter = ("name",)
    search_fields = ("name", "digest")
    ordering = ("-created_at",)
    fields = ("name", "digest", "created_at", "content")
