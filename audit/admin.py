from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from audit.models import Entry
from core.admin import ReadOnly


@admin.register(Entry)
class EntryAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """The trail can be read here; nobody can write in it."""

    list_display = ("sequence", "happened_at", "actor_label", "text", "action")
    search_fields = ("actor_label", "actor_id", "subject_id", "correlation_id")
    ordering = ("-sequence",)
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)
