from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline

from approvals import services
from approvals.admin.reading import Noticed, Readable, person
from approvals.admin.steps import each
from approvals.models import Attachment, Question, QuestionVersion


class VersionInline(Readable, TabularInline):  # type: ignore[misc]
    model = QuestionVersion
    ordering = ("-number",)
    fields = ("number", "question_text", "options", "correct_answer", "created_by", "created_at")
    readonly_fields = fields
    tab = True


class AttachmentInline(Readable, TabularInline):  # type: ignore[misc]
    """Every file that a version of the question ever had."""

    model = Attachment
    ordering = ("created_at",)
    fields = ("link", "kind", "size", "stored_at", "uploaded_by", "created_at")
    readonly_fields = fields
    verbose_name_plural = "attachments"
    tab = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        files: Any = super().get_queryset(request)
        found: QuerySet[Attachment] = files.with_file().select_related("uploaded_by")
        return found

    @admin.display(description="file")
    def link(self, upload: Attachment) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("attachment", args=[upload.pk]), upload.name
        )

    @admin.display(description="kind")
    def kind(self, upload: Attachment) -> str:
        return upload.file.get_media_type_display()

    @admin.display(description="bytes")
    def size(self, upload: Attachment) -> int:
        return upload.file.size

    @admin.display(description="in the storage since")
    def stored_at(self, upload: Attachment) -> Any:
        return upload.file.stored_at


@admin.register(Question)
class QuestionAdmin(Noticed, Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("title", "subject", "is_secure", "latest_version", "created_by", "created_at")
    list_filter = ("is_secure", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("question_text",)
    ordering = ("-created_at", "-question_id")
    fields = (
        "question_id",
        "question_text",
        "options",
        "correct_answer",
        ("subject", "is_secure", "latest_version"),
        ("created_by", "created_at"),
    )
    actions = ("mark_as_secure", "mark_as_not_secure")
    inlines = (VersionInline, AttachmentInline)

    @admin.action(description="Mark as secure", permissions=["administer"])
    def mark_as_secure(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        self._mark(request, queryset, secure=True)

    @admin.action(description="Mark as no longer secure", permissions=["administer"])
    def mark_as_not_secure(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        self._mark(request, queryset, secure=False)

    def _mark(self, request: HttpRequest, queryset: QuerySet[Question], *, secure: bool) -> None:
        def mark(question: Question) -> None:
            services.mark_secure(question_id=question.pk, secure=secure, actor=person(request))

        messages.success(request, f"Marked: {each(request, queryset, mark)}.")


@admin.register(QuestionVersion)
class QuestionVersionAdmin(Noticed, Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "number", "digest", "created_by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("created_by",)
    search_fields = ("digest__exact", "question_text")
    ordering = ("-id",)
    fields = (
        ("question", "number"),
        "question_text",
        "options",
        "correct_answer",
        "subject",
        "attachments",
        "digest",
        ("created_by", "created_at"),
    )
