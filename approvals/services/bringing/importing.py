"""Taking in a file of questions: upload, check, look, confirm. Nothing is ever half-imported."""

import hashlib
import re
import uuid
from pathlib import PurePath

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.content import LONGEST_SUBJECT
from approvals.events import ImportConfirmed, ImportDiscarded, ImportUploaded, QuestionsImported
from approvals.exceptions import (
    ImportNotFound,
    ImportNotReady,
    InvalidSubject,
    NothingToImport,
    UnknownFormat,
)
from approvals.importing.parsing import QuestionFile
from approvals.importing.rows import Format
from approvals.models import QuestionImport
from core.actor import Actor
from outbox.publishing import publish

_NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_MARK_KNOWN = """
UPDATE question_import_rows AS found
SET status = 'DUPLICATE', code = 'duplicate', reason = 'This question exists already.'
WHERE import_id = %s AND status = 'GOOD'
    AND EXISTS (SELECT FROM question_versions AS known WHERE known.digest = found.digest)
"""
# A microsecond apart, so that lists by time keep the order of the file.
_QUESTIONS = """
INSERT INTO questions (question_id, question_text, options, correct_answer, subject,
    latest_version, created_by, created_at)
SELECT question_id, question_text, options, correct_answer, subject, 1, %s,
    statement_timestamp() - row_number() OVER (ORDER BY id) * interval '1 microsecond'
FROM question_import_rows WHERE import_id = %s AND status = 'GOOD'
"""
_VERSIONS = """
INSERT INTO question_versions (question_id, number, question_text, options, correct_answer,
    subject, digest, created_by, created_at)
SELECT question_id, 1, question_text, options, correct_answer, subject, digest, %s,
    statement_timestamp()
FROM question_import_rows WHERE import_id = %s AND status = 'GOOD' ORDER BY id
"""


@transaction.atomic
def upload_questions(
    *,
    file_name: str,
    data: bytes,
    file_format: str = "",
    subject: str = "",
    actor: User,
    in_background: bool = True,
) -> QuestionImport:
    """
    Keep a file for checking, which then happens in the background.

    The same file again, while the first is unfinished, is that first one: a double click makes
    one import. With `in_background=False` the caller goes on to `check_import` itself.
    Raises NotARequester, UnreadableFile, UnknownFormat and InvalidSubject.
    """
    rules.ensure_may_submit(actor)
    if file_format and file_format not in Format.values:
        raise UnknownFormat("This is not a format that is read.", field="format")
    subject = _checked_subject(subject)
    name = _NOT_PLAIN.sub("", PurePath(file_name.replace("\\", "/")).name)[-255:] or "questions"
    found = QuestionFile(data, name, file_format=file_format).format
    kept, is_new = QuestionImport.objects.get_or_create(
        uploaded_by=actor,
        sha256=hashlib.sha256(data).hexdigest(),
        format=found,
        subject=subject,
        status__in=QuestionImport.UNFINISHED,
        defaults={
            "file_name": name,
            "data": data,
            "size": len(data),
            "lines": data.count(b"\n") + 1,
        },
    )
    if is_new and in_background:
        publish(
            ImportUploaded(import_id=str(kept.pk), file_name=kept.file_name, format=kept.format),
            actor=actor.as_actor(),
        )
    return kept


@transaction.atomic
def confirm_import(
    *, import_id: uuid.UUID, actor: User, in_background: bool = True
) -> QuestionImport:
    """
    Have the good rows taken in, which then happens in the background. Saying it twice is once.

    With `in_background=False` the caller goes on to `import_checked_rows` itself.
    Raises ImportNotFound, ImportNotReady and NothingToImport.
    """
    chosen = _locked(import_id, actor)
    if chosen.status in (QuestionImport.Status.IMPORTING, QuestionImport.Status.DONE):
        return chosen
    if chosen.status != QuestionImport.Status.READY:
        raise ImportNotReady(
            f"The file cannot be imported now: {chosen.get_status_display().lower()}."
        )
    if not chosen.good:
        raise NothingToImport("The file has no good row that is new.")
    chosen.status = QuestionImport.Status.IMPORTING
    chosen.save(update_fields=["status"])
    if in_background:
        publish(
            ImportConfirmed(import_id=str(chosen.pk), file_name=chosen.file_name),
            actor=actor.as_actor(),
        )
    return chosen


@transaction.atomic
def import_checked_rows(*, import_id: uuid.UUID, actor: Actor) -> QuestionImport:
    """
    Make questions of all good rows of a confirmed import, in one transaction.

    What has become a duplicate since the check is skipped. Done already, it does nothing.
    Raises ImportNotReady if nobody confirmed it.
    """
    chosen = QuestionImport.objects.for_change().get(pk=import_id)
    if chosen.status == QuestionImport.Status.DONE:
        return chosen
    if chosen.status != QuestionImport.Status.IMPORTING:
        raise ImportNotReady("Nobody has confirmed this import.")
    with connection.cursor() as cursor:
        # Two files with the same questions, confirmed at once: the second sees the first's.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('approvals.import'))")
        cursor.execute(_MARK_KNOWN, [chosen.pk])
        known = cursor.rowcount
        cursor.execute(_QUESTIONS, [chosen.uploaded_by_id, chosen.pk])
        cursor.execute(_VERSIONS, [chosen.uploaded_by_id, chosen.pk])
        chosen.imported = cursor.rowcount
    chosen.good -= known
    chosen.duplicates += known
    chosen.status = QuestionImport.Status.DONE
    chosen.finished_at = timezone.now()
    chosen.save(update_fields=["imported", "good", "duplicates", "status", "finished_at"])
    publish(
        QuestionsImported(
            import_id=str(chosen.pk),
            file_name=chosen.file_name,
            format=chosen.format,
            imported=chosen.imported,
            skipped=chosen.duplicates + chosen.errors,
        ),
        actor=actor,
    )
    return chosen


@transaction.atomic
def discard_import(*, import_id: uuid.UUID, actor: User) -> QuestionImport:
    """
    Give a file up, with its rows. Saying it twice is once.

    Raises ImportNotFound, and ImportNotReady once it is being imported.
    """
    chosen = _locked(import_id, actor)
    if chosen.status == QuestionImport.Status.DISCARDED:
        return chosen
    if not chosen.can_be_discarded:
        raise ImportNotReady(
            f"The import cannot be discarded any more: {chosen.get_status_display().lower()}."
        )
    chosen.discard(at=timezone.now())
    publish(
        ImportDiscarded(import_id=str(chosen.pk), file_name=chosen.file_name),
        actor=actor.as_actor(),
    )
    return chosen


def _locked(import_id: uuid.UUID, actor: User) -> QuestionImport:
    rules.ensure_may_submit(actor)
    visible = QuestionImport.objects.visible_to(actor).for_change()
    try:
        return visible.get(pk=import_id)
    except QuestionImport.DoesNotExist:
        raise ImportNotFound("There is no such import.") from None


def _checked_subject(subject: str) -> str:
    subject = " ".join(subject.split())
    if len(subject) > LONGEST_SUBJECT or _NOT_PLAIN.search(subject):
        raise InvalidSubject(
            f"A subject is up to {LONGEST_SUBJECT} ordinary characters.", field="subject"
        )
    return subject
