from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from audit.models import Entry
from audit.sentences import SENTENCES
from core.admin import ReadOnly


class ByAction(admin.SimpleListFilter):
    """Offers the events that are known, where Django would read the whole trail to find them."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(SENTENCES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """The trail can be read here; nobody can write in it."""

    list_display = ("sequence", "happened_at", "who", "text", "action")
    list_filter = (ByAction, "happened_at")
    search_fields = ("actor_id", "subject_id", "correlation_id")
    ordering = ("-sequence",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return Entry.objects.named()

    @admin.display(description="who")
    def who(self, entry: Any) -> str:
        return str(entry.actor_label)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)
