"""The files on the question form: what the question has, what was brought, what is said of it."""

from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, REQUESTERS, role_required
from approvals import services
from approvals.content import Attached, QuestionContent
from approvals.models import Attachment, Question
from core.answers import status_of
from core.errors import DomainError


@dataclass
class FileRow:
    """One file on the form. What is to be removed stays in sight until the form is saved."""

    file: Attached
    removed: bool = False
    error: str = ""


class FileRows:
    """All files on the form. Whatever is refused otherwise, they need not be chosen again."""

    def __init__(self, content: QuestionContent | None = None) -> None:
        self.rows = [FileRow(each) for each in content.attachments] if content else []
        self.errors: list[str] = []

    @classmethod
    def sent(cls, request: PersonRequest, question: Question | None = None) -> "FileRows":
        """What the form says: files known before, and those that come with it."""
        form = cls()
        ids = [key for key in map(_uuid, request.POST.getlist("attachment")) if key]
        removed = set(request.POST.getlist("remove"))
        usable = Attachment.objects.usable_by(request.user, question).with_file().in_bulk(ids)
        for key in ids:
            if key in usable:
                attached = usable[key].attached(request.POST.get(f"alt-{key}", ""))
                form.rows.append(FileRow(attached, removed=str(key) in removed))
            else:
                form.errors.append("A file is not there any more. Choose it again.")
        for file in request.FILES.getlist("files"):
            form.take(file, request.user)
        return form

    def take(self, file: UploadedFile, actor: User) -> None:  # type: ignore[type-arg]
        """Keep a file that came with the form, or say why not."""
        try:
            upload = services.upload_attachment(
                file_name=file.name or "", data=file.read(), actor=actor
            )
        except DomainError as refusal:
            status_of(refusal)
            self.errors.append(f"{file.name}: {refusal}")
        else:
            self.rows.append(FileRow(upload.attached("")))

    @property
    def staying(self) -> list[FileRow]:
        return [row for row in self.rows if not row.removed]

    @property
    def wanted(self) -> list[services.Wanted]:
        """In the words of the service."""
        return [
            services.Wanted(attachment_id=UUID(row.file.attachment_id), alt_text=row.file.alt_text)
            for row in self.staying
        ]

    def refuse(self, field: str, message: str) -> None:
        """Put a refusal beside the file that it is about."""
        place, _, part = field.partition("]")
        if place.startswith("attachments[") and part == ".alt_text":
            self.staying[int(place.removeprefix("attachments["))].error = message
        elif place.startswith("attachments"):
            self.errors.append(message)


@require_POST
@role_required(REQUESTERS, ADMINISTRATORS)
def upload_files(request: PersonRequest) -> HttpResponse:
    """Rows for the files that were just chosen, for the form to add."""
    brought = FileRows()
    for file in request.FILES.getlist("files"):
        brought.take(file, request.user)
    status = 422 if brought.errors and not brought.rows else 200
    return render(request, "approvals/_files_brought.html", {"files": brought}, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
