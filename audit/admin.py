from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from audit.bridges import heads as heads  # its mail is shown in the admin
from audit.models import Entry
from audit.reading.filters import EntryFilter
from audit.recording.sentences import SENTENCES
from audit.search.asking import OneOf
from audit.search.finding import find
from core.admin import ReadOnly


class ByAction(admin.SimpleListFilter):
    """Offers the events that are known, where Django would read the whole trail to find them."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(SENTENCES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


MOST_ROWS = 10_000  # that the list counts and leafs through; the trail's own page knows no end
MOST_FOUND = 1000


class Counted(Paginator):  # type: ignore[type-arg]
    """Counts as far as anybody leafs, where counting on would read the whole trail."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_ROWS].count())


@admin.register(Entry)
class EntryAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """The trail can be read here; nobody can write in it."""

    list_display = ("sequence", "happened_at", "who", "text", "action")
    list_filter = (ByAction, "happened_at")
    search_fields = ("text",)
    search_help_text = "Words as on the page of the audit trail, or any id."
    paginator = Counted
    ordering = ("-sequence",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return Entry.objects.named()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """The newest that fit, from the trail's own index."""
        if not search_term.strip():
            return queryset, False
        form = EntryFilter({"text": search_term})
        if not form.is_valid():
            return queryset.none(), False
        found = find(form.asked(), limit=MOST_FOUND)
        return queryset.filter(OneOf(found.sequences)), False

    @admin.display(description="who")
    def who(self, entry: Any) -> str:
        return str(entry.actor_label)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)
