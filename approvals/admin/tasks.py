from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, TabularInline

from accounts.roles import ASSESSORS, has_role
from approvals import services
from approvals.admin.reading import Labelled, Readable, person
from approvals.admin.steps import CONFIRMED, CommentForm, SuccessorForm, ask, each
from approvals.exceptions import StaleContent
from approvals.models import ApprovalTask, Assignment, Decision, FirstView, Verdict

Answer = TemplateResponse | None


class AssignmentInline(Readable, TabularInline):  # type: ignore[misc]
    model = Assignment
    ordering = ("pk",)
    fields = ("assessor", "state", "claimed", "created_at", "updated_at")
    readonly_fields = fields
    tab = True


class DecisionInline(Readable, TabularInline):  # type: ignore[misc]
    model = Decision
    ordering = ("created_at",)
    fields = ("assessor", "verdict", "comment", "digest", "created_at")
    readonly_fields = fields
    tab = True


class FirstViewInline(Readable, TabularInline):  # type: ignore[misc]
    model = FirstView
    ordering = ("created_at",)
    fields = ("assessor", "answer", "agrees", "remark", "digest", "created_at")
    readonly_fields = fields
    tab = True


@admin.register(ApprovalTask)
class ApprovalTaskAdmin(Labelled, Readable, ModelAdmin):  # type: ignore[misc]
    list_display = (
        "question",
        "status_label",
        "stage",
        "assigned_by",
        "assigned_to",
        "assigned_group",
        "due_at",
    )
    list_filter = ("status", "due_at", "assigned_group")
    list_select_related = ("question", "version", "assigned_by", "assigned_to", "assigned_group")
    search_fields = (
        "task_id__exact",
        "assigned_by__email",
        "assigned_to__email",
        "question__question_text",
    )
    ordering = ("due_at", "task_id")
    # Never the token.
    fields = (
        "task_id",
        ("request", "question", "version"),
        ("stage", "round", "approve_n", "return_n"),
        ("assigned_by", "assigned_to", "assigned_group"),
        ("status", "callback"),
        "comments",
        ("due_at", "grace", "decided_at"),
        ("created_at", "updated_at"),
    )
    inlines = (AssignmentInline, FirstViewInline, DecisionInline)
    actions = ("approve", "reject", "request_changes", "reassign", "expire")

    @admin.action(description="Approve the selected tasks", permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ApprovalTask]) -> Answer:
        return self._decide(request, queryset, Verdict.APPROVED, "approve")

    @admin.action(description="Reject the selected tasks", permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[ApprovalTask]) -> Answer:
        return self._decide(request, queryset, Verdict.REJECTED, "reject")

    @admin.action(description="Request changes to the selected tasks", permissions=["decide"])
    def request_changes(self, request: HttpRequest, queryset: QuerySet[ApprovalTask]) -> Answer:
        return self._decide(request, queryset, Verdict.CHANGES_REQUESTED, "request_changes")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ASSESSORS)

    def _decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[ApprovalTask],
        verdict: Verdict,
        action: str,
    ) -> Answer:
        """Ask for the comment, then give the verdict on exactly what was shown beside it."""
        form = CommentForm(request.POST if CONFIRMED in request.POST else None)
        if not form.is_valid():
            title = f"{verdict.label}: {queryset.count()} selected"
            return ask(self, request, queryset, form=form, action=action, title=title)

        def decide(task: ApprovalTask) -> None:
            # To the service an empty digest means whatever the task holds by now.
            shown = request.POST.get(f"digest-{task.pk}")
            if not shown:
                raise StaleContent("It is not known what you read. Read it again, then decide.")
            services.decide_task(
                task_id=task.pk,
                verdict=verdict,
                comment=form.cleaned_data["comments"],
                digest=shown,
                actor=person(request),
            )

        messages.success(request, f"Decided: {each(request, queryset, decide)}.")
        return None

    @admin.action(description="Reassign the selected tasks", permissions=["administer"])
    def reassign(self, request: HttpRequest, queryset: QuerySet[ApprovalTask]) -> Answer:
        """Ask for the successor, then pass each task's place on."""
        form = SuccessorForm(request.POST if CONFIRMED in request.POST else None)
        if not form.is_valid():
            title = f"Reassign: {queryset.count()} selected"
            return ask(self, request, queryset, form=form, action="reassign", title=title)

        def pass_on(task: ApprovalTask) -> None:
            services.reassign_task(
                task_id=task.pk,
                assigned_to=form.cleaned_data["assigned_to"].email,
                actor=person(request),
            )

        messages.success(request, f"Reassigned: {each(request, queryset, pass_on)}.")
        return None

    @admin.action(
        description="Expire all that is overdue, selected or not", permissions=["administer"]
    )
    def expire(self, request: HttpRequest, queryset: QuerySet[ApprovalTask]) -> None:
        """What the timer does every five seconds, done now. The selection plays no part."""
        messages.success(request, f"Expired: {services.expire_overdue_tasks()}.")


@admin.register(Assignment)
class AssignmentAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("task", "assessor", "state", "claimed", "due_at")
    list_filter = ("state", "claimed")
    list_select_related = ("task__question", "assessor")
    search_fields = ("assessor__email", "task__task_id__exact")
    ordering = ("-id",)
    fields = (
        ("task", "assessor"),
        ("state", "claimed"),
        ("due_at", "created_at", "updated_at"),
    )


@admin.register(Decision)
class DecisionAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("task", "assessor", "verdict", "created_at")
    list_filter = ("verdict", "created_at")
    list_select_related = ("task__question", "assessor")
    search_fields = ("assessor__email", "task__task_id__exact", "digest__exact")
    ordering = ("-id",)
    fields = (("task", "assessor"), "verdict", "comment", "digest", "created_at")
