from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from outbox import housekeeping
from outbox.models import Delivery, Event


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """What the machine writes, people may read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "name", "actor_label", "correlation_id")
    list_filter = ("name",)
    search_fields = ("uuid", "correlation_id", "actor_label")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event_name", "subscriber", "status", "attempts", "due_at", "short_error")
    list_filter = ("status", "subscriber")
    list_select_related = ("event",)
    search_fields = ("event__uuid", "event__correlation_id")
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("replay",)

    @admin.display(description="Event")
    def event_name(self, delivery: Delivery) -> str:
        return delivery.event.name

    @admin.display(description="Reason")
    def short_error(self, delivery: Delivery) -> str:
        return delivery.error[:80]

    @admin.action(description="Replay dead deliveries", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = housekeeping.replay(
            queryset.values_list("pk", flat=True),
            actor=request.user.as_actor(),  # type: ignore[union-attr]
        )
        messages.success(request, f"{count} deliveries wait for the relay again.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_delivery")
