from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from approvals import services
from approvals.admin.reading import Labelled, Readable, person
from approvals.admin.steps import each
from approvals.models import ApprovalRequest, ApprovalTask


class TaskInline(Readable, TabularInline):  # type: ignore[misc]
    model = ApprovalTask
    fk_name = "request"
    ordering = ("created_at",)
    # Never the token.
    fields = ("stage", "round", "status", "assigned_to", "assigned_group", "due_at", "decided_at")
    readonly_fields = fields
    show_change_link = True
    tab = True


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(Labelled, Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("question", "status_label", "requester", "created_at", "closed_at")
    list_filter = ("status", "created_at")
    list_select_related = ("question", "requester")
    search_fields = ("request_id__exact", "requester__email", "question__question_text")
    ordering = ("-created_at", "-request_id")
    fields = (
        "request_id",
        ("question", "version"),
        ("requester", "status"),
        "execution_name",
        "policy",
        ("created_at", "closed_at"),
    )
    readonly_fields = ("execution_name",)
    inlines = (TaskInline,)
    actions = ("cancel",)

    @admin.action(description="Cancel the selected requests", permissions=["administer"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[ApprovalRequest]) -> None:
        done = each(
            request,
            queryset,
            lambda one: services.cancel_request(request_id=one.pk, actor=person(request)),
        )
        messages.success(request, f"Cancelled: {done}.")
