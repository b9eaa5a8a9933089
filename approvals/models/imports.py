"""Files of questions on their way in."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from approvals.content import LONGEST_SUBJECT, QuestionContent
from approvals.importing.rows import Format


class QuestionImportQuerySet(models.QuerySet["QuestionImport"]):
    def visible_to(self, user: User) -> "QuestionImportQuerySet":
        """Their own; all for administrators."""
        return self if has_role(user, ADMINISTRATORS) else self.filter(uploaded_by=user)

    def unfinished(self) -> "QuestionImportQuerySet":
        return self.filter(status__in=QuestionImport.UNFINISHED)

    def for_change(self) -> "QuestionImportQuerySet":
        return self.select_for_update(of=("self",), no_key=True)


class QuestionImportManager(models.Manager["QuestionImport"]):
    def get_queryset(self) -> QuestionImportQuerySet:
        """Without the file: it has up to 20 MB, and one reader."""
        return QuestionImportQuerySet(self.model, using=self._db).defer("data")

    def visible_to(self, user: User) -> QuestionImportQuerySet:
        return self.get_queryset().visible_to(user)

    def unfinished(self) -> QuestionImportQuerySet:
        return self.get_queryset().unfinished()

    def for_change(self) -> QuestionImportQuerySet:
        return self.get_queryset().for_change()


class QuestionImport(models.Model):
    """One file, from its upload to questions or to nothing. Its rows wait in ImportRow."""

    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", "Uploaded"
        CHECKING = "CHECKING", "Checking"
        READY = "READY", "Ready to import"
        IMPORTING = "IMPORTING", "Importing"
        DONE = "DONE", "Imported"
        FAILED = "FAILED", "Refused"
        DISCARDED = "DISCARDED", "Discarded"

    UNFINISHED = (Status.UPLOADED, Status.CHECKING, Status.READY, Status.IMPORTING)
    BEING_CHECKED = (Status.UPLOADED, Status.CHECKING)
    AT_WORK = (Status.UPLOADED, Status.CHECKING, Status.IMPORTING)
    DISCARDABLE = (Status.UPLOADED, Status.CHECKING, Status.READY, Status.FAILED)

    import_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=20, choices=Format.choices)
    # For questions that have none of their own.
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="question_imports"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    # Why it was refused, as a code and a sentence.
    code = models.CharField(max_length=50, blank=True)
    reason = models.TextField(blank=True)
    # What a person should know about the encoding.
    note = models.TextField(blank=True)
    # As approvals.services.bringing.findings has it; nothing for files of an earlier release.
    findings = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    # The file itself, until it is checked.
    data = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    lines = models.PositiveIntegerField()
    checked_lines = models.PositiveIntegerField(default=0)
    # Counts up whenever the checking starts (over); whoever has an older number stops.
    attempt = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionImportManager()

    class Meta:
        db_table = "question_imports"
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by", "sha256", "format", "subject"],
                condition=Q(status__in=["UPLOADED", "CHECKING", "READY", "IMPORTING"]),
                name="question_imports_one_at_a_time_per_file",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["UPLOADED", "CHECKING"], data__isnull=False)
                | (~Q(status__in=["UPLOADED", "CHECKING"]) & Q(data=None)),
                name="question_imports_keep_the_file_until_checked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["uploaded_by", "-created_at"], name="question_imports_of_a_person"
            ),
            models.Index(fields=["-created_at", "import_id"], name="question_imports_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def rows_found(self) -> int:
        return self.good + self.duplicates + self.errors

    @property
    def percent(self) -> int:
        """How far the checking has come, by lines of the file."""
        return min(100, self.checked_lines * 100 // max(self.lines, 1))

    @property
    def is_at_work(self) -> bool:
        return self.status in self.AT_WORK

    @property
    def can_be_discarded(self) -> bool:
        return self.status in self.DISCARDABLE

    def discard(self, *, at: datetime) -> None:
        """Give up the file and its rows, in the caller's transaction."""
        self.rows.all().delete()
        self.status = self.Status.DISCARDED
        self.data = None
        self.finished_at = at
        self.save(update_fields=["status", "data", "finished_at"])


class ImportRow(models.Model):
    """A question of an uploaded file, waiting to be taken in, or the reason why it is not."""

    class Status(models.TextChoices):
        GOOD = "GOOD", "Good"
        DUPLICATE = "DUPLICATE", "Duplicate"
        ERROR = "ERROR", "Error"

    question_import = models.ForeignKey(
        QuestionImport, models.CASCADE, related_name="rows", db_column="import_id"
    )
    line = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices)
    code = models.CharField(max_length=50, blank=True)
    reason = models.TextField(blank=True)
    # The id of the question that a good row becomes: taking it in twice would break a key.
    question_id = models.UUIDField(default=uuid.uuid4, editable=False)
    question_text = models.TextField(blank=True)
    options = models.JSONField(default=list)
    correct_answer = models.TextField(blank=True)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "question_import_rows"
        indexes = [
            models.Index(fields=["question_import", "id"], name="import_rows_in_order"),
            models.Index(fields=["question_import", "status", "id"], name="import_rows_of_a_kind"),
            models.Index(
                fields=["question_import", "digest"],
                name="import_rows_good_digests",
                condition=Q(status="GOOD"),
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.get_status_display()}"

    @property
    def content(self) -> QuestionContent | None:
        """The question; nothing for a row that could not be read as one."""
        if self.status == self.Status.ERROR:
            return None
        return QuestionContent(
            question_text=self.question_text,
            options=tuple(self.options),
            correct_answer=self.correct_answer,
            subject=self.subject,
        )
