from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.admin.reading import Readable
from approvals.models import ImportRow, QuestionImport


@admin.register(QuestionImport)
class QuestionImportAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = (
        "file_name",
        "format",
        "status",
        "imported",
        "duplicates",
        "errors",
        "uploaded_by",
        "created_at",
    )
    list_filter = ("status", "format")
    list_select_related = ("uploaded_by",)
    search_fields = ("file_name", "uploaded_by__email", "sha256__exact")
    ordering = ("-created_at", "import_id")
    # Never the file itself.
    fields = (
        ("file_name", "format", "subject"),
        ("status", "code", "reason", "note"),
        ("sha256", "size", "lines", "checked_lines", "attempt"),
        ("good", "duplicates", "errors", "imported"),
        ("uploaded_by", "created_at", "finished_at"),
    )


@admin.register(ImportRow)
class ImportRowAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    list_display = ("question_import", "line", "status", "code", "reason")
    list_filter = ("status",)
    list_select_related = ("question_import",)
    search_fields = ("question_import__file_name", "digest__exact")
    ordering = ("-id",)
    fields = (
        ("question_import", "line", "status"),
        ("code", "reason"),
        "question_text",
        "options",
        ("correct_answer", "subject"),
        ("question_id", "digest"),
    )
