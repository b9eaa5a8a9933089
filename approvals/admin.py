"""
Questions, requests and tasks, for administrators.

What was decided and where a request stands cannot be edited; actions call the same services as
pages and API, so the same rules hold.
"""

from typing import Any, Generic, TypeVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.admin import ModelAdmin, TabularInline

from approvals import services
from approvals.models import (
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalTask,
    Assignment,
    Decision,
    Question,
    QuestionVersion,
    Verdict,
)
from core.errors import DomainError

ModelT = TypeVar("ModelT", bound=Model)


class ReadOnly(Generic[ModelT]):
    """What the services write, people may read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionInline(ReadOnly[QuestionVersion], TabularInline):  # type: ignore[misc]
    model = QuestionVersion
    fields = readonly_fields = ("number", "question_text", "digest", "created_by", "created_at")
    ordering = ("-number",)
    tab = True


@admin.register(Question)
class QuestionAdmin(ReadOnly[Question], ModelAdmin):  # type: ignore[misc]
    list_display = ("title", "subject", "latest_version", "created_by", "created_at")
    list_select_related = ("created_by",)
    list_filter = (("created_at", admin.DateFieldListFilter),)
    search_fields = ("question_text", "subject")
    ordering = ("-created_at",)
    show_full_result_count = False
    inlines = (VersionInline,)


class TaskInline(ReadOnly[ApprovalTask], TabularInline):  # type: ignore[misc]
    model = ApprovalTask
    # Never the token: it lets the paused workflow run on.
    fields = readonly_fields = ("stage", "round", "status", "callback", "due_at", "decided_at")
    ordering = ("round", "stage")
    show_change_link = True
    tab = True


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(ReadOnly[ApprovalRequest], ModelAdmin):  # type: ignore[misc]
    list_display = ("question", "status", "requester", "created_at", "closed_at")
    list_filter = ("status",)
    list_select_related = ("question", "requester")
    search_fields = ("request_id", "question__question_text", "requester__email")
    ordering = ("-created_at",)
    show_full_result_count = False
    fields = ("question", "version", "requester", "status", "policy", "created_at", "closed_at")
    inlines = (TaskInline,)
    actions = ("cancel",)

    @admin.action(description="Cancel the selected requests", permissions=["act"])
    def cancel(self, request: Any, queryset: QuerySet[ApprovalRequest]) -> None:
        done = _each(
            request,
            queryset,
            lambda pk: services.cancel_request(request_id=pk, actor=request.user),
        )
        messages.success(request, f"{done} requests were cancelled.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))


class AssignmentInline(ReadOnly[Assignment], TabularInline):  # type: ignore[misc]
    model = Assignment
    fields = readonly_fields = ("assessor", "state", "claimed", "due_at", "created_at")
    ordering = ("created_at",)
    tab = True


class DecisionInline(ReadOnly[Decision], TabularInline):  # type: ignore[misc]
    model = Decision
    fields = readonly_fields = ("assessor", "verdict", "comment", "digest", "created_at")
    ordering = ("created_at",)
    tab = True


@admin.register(ApprovalTask)
class ApprovalTaskAdmin(ReadOnly[ApprovalTask], ModelAdmin):  # type: ignore[misc]
    list_display = ("question", "status", "assigned_to", "assigned_by", "due_at", "updated_at")
    list_filter = ("status", "callback", "stage")
    list_select_related = ("question", "assigned_to", "assigned_by")
    search_fields = ("task_id", "question__question_text", "assigned_to__email")
    ordering = ("-updated_at",)
    show_full_result_count = False
    fields = (
        ("question", "version", "request"),
        ("status", "callback"),
        ("stage", "round", "approve_n", "return_n"),
        ("assigned_by", "assigned_to", "assigned_group"),
        ("due_at", "decided_at"),
        "comments",
    )
    inlines = (AssignmentInline, DecisionInline)
    actions = ("approve", "reject")

    @admin.action(description="Approve the selected tasks", permissions=["act"])
    def approve(self, request: Any, queryset: QuerySet[ApprovalTask]) -> None:
        self._decide(request, queryset, Verdict.APPROVED, "")

    @admin.action(description="Reject the selected tasks…", permissions=["act"])
    def reject(self, request: Any, queryset: QuerySet[ApprovalTask]) -> HttpResponse | None:
        """Ask for the reason first, on a page of its own."""
        comment = request.POST.get("comment", "").strip()
        if comment:
            self._decide(request, queryset, Verdict.REJECTED, comment)
            return None
        context = self.admin_site.each_context(request) | {
            "title": "Reject tasks",
            "tasks": queryset.select_related("question"),
            "asked_before": "comment" in request.POST,
        }
        return render(request, "admin/approvals/reject.html", context)

    def _decide(self, request: Any, tasks: QuerySet[Any], verdict: Verdict, comment: str) -> None:
        done = _each(
            request,
            tasks,
            lambda pk: services.decide_task(
                task_id=pk, verdict=verdict, comment=comment, actor=request.user
            ),
        )
        if done:
            messages.success(request, f"{done} tasks: your verdict was recorded.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))


@admin.register(Decision)
class DecisionAdmin(ReadOnly[Decision], ModelAdmin):  # type: ignore[misc]
    list_display = ("task", "assessor", "verdict", "created_at")
    list_filter = ("verdict",)
    list_select_related = ("task__question", "assessor")
    search_fields = ("assessor__email", "task__task_id")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ModelAdmin):  # type: ignore[misc]
    """Policies may be edited: requests that are under way carry their own copy."""

    list_display = ("name", "description", "is_active", "updated_at")
    list_filter = ("is_active",)
    search_fields = ("name", "description")
    ordering = ("name",)


def _each(request: HttpRequest, rows: QuerySet[Any], use_case: Any) -> int:
    """Do it for each row by itself; say once why some were refused. Returns how many went well."""
    done, refusals = 0, []
    for pk in rows.order_by().values_list("pk", flat=True):
        try:
            use_case(pk)
        except DomainError as refusal:
            refusals.append(str(refusal))
        else:
            done += 1
    for sentence in dict.fromkeys(refusals):
        messages.error(request, f"{refusals.count(sentence)} refused: {sentence}")
    return done
