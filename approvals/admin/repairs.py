from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from approvals.admin.reading import Readable
from approvals.models import Repair

LABELS = {"MADE": "success", "PARKED": "danger", "PUT_ASIDE": "warning"}


@admin.register(Repair)
class RepairAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("kind", "state_label", "title", "outcome", "created_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("request__question", "question_import")
    search_fields = ("request__request_id__exact", "request__question__question_text")
    ordering = ("-id",)
    fields = (
        ("kind", "state"),
        ("request", "question_import"),
        ("found", "outcome"),
        ("comment", "settled_by"),
        ("created_at", "settled_at"),
    )

    @display(description="State", ordering="state", label=LABELS)  # type: ignore[untyped-decorator]
    def state_label(self, repair: Repair) -> tuple[str, str]:
        return repair.state, repair.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Repair]:
        # A file that is imported may have 20 MB.
        rows: QuerySet[Repair] = super().get_queryset(request)
        return rows.defer("question_import__data")
