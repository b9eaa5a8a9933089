"""Files of questions: who brought them, and their bytes until a storage has them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from approvals.content import Attached
from approvals.files.scanning import ENDINGS, MediaType
from approvals.models.questions import Question


class KeptFileManager(models.Manager["KeptFile"]):
    def get_queryset(self) -> models.QuerySet["KeptFile"]:
        """Without the bytes: up to 5 MB, and few readers."""
        return super().get_queryset().defer("data")


class KeptFile(models.Model):
    """
    The bytes of a file, whoever brought them. Found by their SHA-256, and so kept once.

    They are in `data` until they were read back from the storage and found to be the same. The
    database itself holds `data` against the digest.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=40, choices=[(m.value, m.name) for m in MediaType])
    size = models.PositiveIntegerField(help_text="bytes")
    data = models.BinaryField(null=True)
    # When somebody last brought them: what nobody asks for is dropped by this.
    uploaded_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)

    objects = KeptFileManager()

    class Meta:
        db_table = "kept_files"
        constraints = [
            models.CheckConstraint(
                condition=Q(data__isnull=False, stored_at=None)
                | Q(data=None, stored_at__isnull=False),
                name="kept_files_are_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def storage_name(self) -> str:
        """Where a storage has it. Made from the bytes, so that other bytes never take its place."""
        ending = ENDINGS[MediaType(self.media_type)][0]
        return f"attachments/{self.sha256[:2]}/{self.sha256}.{ending}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def with_file(self) -> "AttachmentQuerySet":
        """With what is known of the file, without its bytes."""
        return self.select_related("file").defer("file__data")

    def visible_to(self, user: User) -> "AttachmentQuerySet":
        """What they brought and did not use yet, and what belongs to questions they may read."""
        readable = Question.objects.visible_to(user).filter(pk=OuterRef("question"))
        return self.filter(Q(question=None, uploaded_by=user) | Exists(readable))

    def usable_by(self, user: User, question: Question | None) -> "AttachmentQuerySet":
        """What a version of the question may name: its own files, and what this person brought."""
        theirs = Q(question=None, uploaded_by=user)
        return self.filter(theirs | Q(question=question) if question else theirs)


class Attachment(models.Model):
    """One upload of a file. It belongs to nobody's question until a version names it."""

    attachment_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(
        KeptFile, models.PROTECT, related_name="attachments", db_column="sha256"
    )
    name = models.CharField(max_length=120)
    width = models.PositiveIntegerField(default=0, help_text="pixels")
    height = models.PositiveIntegerField(default=0, help_text="pixels")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attachments"
    )
    # Set once, by the first version that names it.
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        related_name="attachments_ever",
        db_column="question_id",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        db_table = "attachments"
        indexes = [
            models.Index(
                fields=["uploaded_by", "created_at"],
                name="attachments_unused",
                condition=Q(question=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def attached(self, alt_text: str) -> Attached:
        """What a version says of it."""
        return Attached(
            attachment_id=str(self.pk),
            name=self.name,
            alt_text=alt_text,
            media_type=self.file.media_type,
            size=self.file.size,
            sha256=self.file_id,
            width=self.width,
            height=self.height,
        )
