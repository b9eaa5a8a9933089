from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from approvals.admin.reading import Readable
from approvals.models import Question, QuestionVersion


class VersionInline(Readable, TabularInline):  # type: ignore[misc]
    model = QuestionVersion
    ordering = ("-number",)
    fields = ("number", "question_text", "options", "correct_answer", "created_by", "created_at")
    readonly_fields = fields
    tab = True


@admin.register(Question)
class QuestionAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("title", "subject", "latest_version", "created_by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("created_by",)
    search_fields = ("question_text",)
    ordering = ("-created_at", "-question_id")
    fields = (
        "question_id",
        "question_text",
        "options",
        "correct_answer",
        ("subject", "latest_version"),
        ("created_by", "created_at"),
    )
    inlines = (VersionInline,)


@admin.register(QuestionVersion)
class QuestionVersionAdmin(Readable, ModelAdmin):  # type: ignore[misc]
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
        "digest",
        ("created_by", "created_at"),
    )
