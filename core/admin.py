from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.models import IdempotentAnswer


class ReadOnly:
    """For what the machine writes, or what happened: people may read it, in lists and inline."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IdempotentAnswer)
class IdempotentAnswerAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """That a key was used, by whom and when. Never the answer itself: it may hold answer keys."""

    list_display = ("created_at", "key", "actor_id", "status")
    list_filter = ("status",)
    search_fields = ("key__exact", "actor_id__exact")
    ordering = ("-id",)
    fields = ("created_at", "key", "actor_id", "status", "fingerprint")
    show_full_result_count = False
