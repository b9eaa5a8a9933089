from django.contrib import admin
from unfold.admin import ModelAdmin

from core.admin import ReadOnly
from notifications.models import Notification
from notifications.previews import MailPreviews


@admin.register(Notification)
class NotificationAdmin(MailPreviews, ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Who was told what, and why. Nothing here is changed by hand."""

    list_display = ("created_at", "recipient", "kind", "title", "read_at", "handled")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "event_id", "cause")
    ordering = ("-id",)
    show_full_result_count = False
