from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.admin import ReadOnly
from outbox import housekeeping
from outbox.models import Delivery, Event


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("occurred_at", "name", "actor_label", "correlation_id")
    list_filter = ("name",)
    search_fields = ("uuid", "correlation_id", "actor_label")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
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
