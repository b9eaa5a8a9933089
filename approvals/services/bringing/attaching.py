"""Files for questions: bring one, name it in a version, forget what nobody named."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.content import Attached, QuestionContent, checked_alt_text
from approvals.events import AttachmentsChanged, AttachmentUploaded
from approvals.exceptions import (
    AttachedTwice,
    TooManyAttachments,
    TooManyUploads,
    UnknownAttachment,
)
from approvals.files.scanning import scan
from approvals.models import Attachment, KeptFile, Question, QuestionVersion
from outbox.publishing import publish

MOST_FILES = 10  # of one version
MOST_BYTES = 20 * 1024 * 1024  # of one version
MOST_UNUSED = 40  # uploads of one person that no question has
KEEP_UNUSED = timedelta(days=7)

_FORGET_UPLOADS = "DELETE FROM attachments WHERE question_id IS NULL AND created_at < %s"
_FORGET_FILES = """
DELETE FROM kept_files WHERE uploaded_at < %s AND stored_at IS NULL
    AND NOT EXISTS (SELECT FROM attachments WHERE attachments.sha256 = kept_files.sha256)
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file that a version is to have, by the id of its upload, and what it shows."""

    attachment_id: uuid.UUID
    alt_text: str


@transaction.atomic
def upload_attachment(*, file_name: str, data: bytes, actor: User) -> Attachment:
    """
    Keep a file that this person may name in a version from now on. Its bytes stay in the database
    until a version has it and a storage has taken them.

    Raises NotARequester, InvalidFile (see approvals.files.scanning) and TooManyUploads.
    """
    rules.ensure_may_submit(actor)
    scanned = scan(data, file_name)
    if Attachment.objects.filter(uploaded_by=actor, question=None).count() >= MOST_UNUSED:
        raise TooManyUploads(
            f"{MOST_UNUSED} files wait to be attached to a question. Use some of them first; "
            "those that nobody uses are dropped after a week.",
            field="file",
        )
    digest = hashlib.sha256(scanned.data).hexdigest()
    kept = KeptFile(
        sha256=digest,
        media_type=scanned.media_type,
        size=len(scanned.data),
        data=scanned.data,
        uploaded_at=timezone.now(),
    )
    # Touches a row that is there already, so that nobody forgets the file in this moment.
    KeptFile.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["sha256"], update_fields=["uploaded_at"]
    )
    upload = Attachment.objects.create(
        file=kept,
        name=scanned.name,
        width=scanned.width,
        height=scanned.height,
        uploaded_by=actor,
    )
    publish(
        AttachmentUploaded(
            attachment_id=str(upload.pk),
            file_name=upload.name,
            media_type=scanned.media_type,
            size=len(scanned.data),
            sha256=digest,
        ),
        actor=actor.as_actor(),
    )
    return upload


def with_attachments(
    content: QuestionContent,
    wanted: Sequence[Wanted] | None,
    *,
    actor: User,
    question: Question | None = None,
) -> QuestionContent:
    """
    The content with these files, held until the transaction ends; None keeps the question's own.

    Raises InvalidContent, UnknownAttachment, AttachedTwice and TooManyAttachments. Fields are
    named `attachments[0].alt_text` and so on.
    """
    if wanted is None:
        return content.with_attachments(question.content.attachments if question else ())
    if len(wanted) > MOST_FILES:
        raise TooManyAttachments(
            f"A question has at most {MOST_FILES} attachments.", field="attachments"
        )
    usable = Attachment.objects.usable_by(actor, question).with_file()
    chosen = usable.filter(pk__in=[each.attachment_id for each in wanted])
    held = chosen.select_for_update(of=("self",), no_key=True).order_by("pk")
    uploads = {upload.pk: upload for upload in held}
    attached: dict[str, Attached] = {}
    for index, each in enumerate(wanted):
        place = f"attachments[{index}]"
        upload = uploads.get(each.attachment_id)
        if upload is None:
            raise UnknownAttachment(
                "There is no such file, or it belongs to another question.",
                field=f"{place}.attachment_id",
            )
        if upload.file_id in attached:
            raise AttachedTwice("This file is attached already.", field=place)
        text = checked_alt_text(each.alt_text, f"{place}.alt_text")
        attached[upload.file_id] = upload.attached(text)
    if sum(each.size for each in attached.values()) > MOST_BYTES:
        raise TooManyAttachments(
            f"The attachments of a question have at most {MOST_BYTES // 1024 // 1024} MB together.",
            field="attachments",
        )
    return content.with_attachments(tuple(attached.values()))


def keep_attachments(version: QuestionVersion, before: Sequence[Attached], author: User) -> None:
    """Give a new version's files to its question and tell of them, in the caller's transaction."""
    after = version.content.attachments
    if after == tuple(before):
        return
    named = Attachment.objects.filter(pk__in=[each.attachment_id for each in after])
    named.filter(question=None).update(question=version.question_id)
    had, has = {each.sha256 for each in before}, {each.sha256 for each in after}
    publish(
        AttachmentsChanged(
            question_id=str(version.question_id),
            question_title=version.title,
            version=version.number,
            added=[each.name for each in after if each.sha256 not in had],
            removed=[each.name for each in before if each.sha256 not in has],
            sha256=[each.sha256 for each in after],
            subject=version.subject,
        ),
        actor=author.as_actor(),
    )


def forget_unused_attachments() -> None:
    """Drop uploads that no version named within a week, and bytes that no upload has any more."""
    long_ago = timezone.now() - KEEP_UNUSED
    with connection.cursor() as cursor:
        # Both look again at a row that somebody else holds: what is named or brought anew in
        # this moment stays.
        cursor.execute(_FORGET_UPLOADS, [long_ago])
        cursor.execute(_FORGET_FILES, [long_ago])
