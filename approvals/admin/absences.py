from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals import services
from approvals.admin.reading import Readable, person
from approvals.admin.steps import each
from approvals.models import Absence


@admin.register(Absence)
class AbsenceAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    """Who is away and who stands in. People say it on their settings page, programs by API."""

    list_display = ("person", "starts_at", "ends_at", "substitute")
    list_filter = ("starts_at", "ends_at")
    list_select_related = ("person", "substitute")
    search_fields = ("person__email", "substitute__email")
    ordering = ("-starts_at", "-id")
    fields = ("person", ("starts_at", "ends_at"), "substitute", "created_at")
    actions = ("end",)

    @admin.action(description="End the selected absences now", permissions=["administer"])
    def end(self, request: HttpRequest, queryset: QuerySet[Absence]) -> None:
        def end_it(absence: Absence) -> None:
            services.end_absence(absence_id=absence.pk, actor=person(request))

        messages.success(request, f"Ended: {each(request, queryset, end_it)}.")
