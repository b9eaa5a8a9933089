"""Reading an uploaded file in the background, row by row, with progress that everybody sees."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone

from approvals.importing.parsing import GoodRow, QuestionFile
from approvals.importing.rows import RowError, UnreadableFile
from approvals.models import ImportRow, QuestionImport, QuestionVersion
from approvals.services.bringing.findings import Findings

MOST_ROWS = 250_000
AT_ONCE = 1000

Found = GoodRow | RowError
Progress = Callable[[QuestionImport], None]


@dataclass(frozen=True, slots=True)
class _Run:
    """One attempt at checking. A later attempt takes the import over from it."""

    import_id: uuid.UUID
    attempt: int

    def locked(self) -> QuestionImport | None:
        """The import, while it is still this attempt's to work on."""
        mine = QuestionImport.objects.for_change().filter(
            pk=self.import_id, attempt=self.attempt, status=QuestionImport.Status.CHECKING
        )
        return mine.first()


def check_import(*, import_id: uuid.UUID, progress: Progress | None = None) -> None:
    """
    Read the file and stage its rows, in committed pieces; then it is READY, or FAILED.

    Runs outside a transaction. Called again, after a crash or at the same time, it starts over
    from a clean table, and the older run stops at its next piece. Nothing happens to an import
    that is checked, discarded or gone. `progress` is called after each piece.
    """
    begun = _begin(import_id)
    if begun is None:
        return
    run, data, chosen = begun
    try:
        questions = QuestionFile(
            data, chosen.file_name, file_format=chosen.format, subject=chosen.subject
        )
        found = questions.checked()
        findings = Findings()
        while piece := list(islice(found, AT_ONCE)):
            findings.add(row.content for row in piece if isinstance(row, GoodRow))
            staged = _stage(run, piece)
            if staged is None:
                return
            if progress:
                progress(staged)
        _finish(run, questions.note(), findings)
    except UnreadableFile as refused:
        _refuse(run, refused)


@transaction.atomic
def _begin(import_id: uuid.UUID) -> tuple[_Run, bytes, QuestionImport] | None:
    waiting = QuestionImport.objects.for_change().filter(
        pk=import_id, status__in=QuestionImport.BEING_CHECKED
    )
    chosen = waiting.first()
    if chosen is None:
        return None
    chosen.rows.all().delete()
    chosen.status = QuestionImport.Status.CHECKING
    chosen.attempt += 1
    chosen.good = chosen.duplicates = chosen.errors = chosen.checked_lines = 0
    chosen.save(
        update_fields=["status", "attempt", "good", "duplicates", "errors", "checked_lines"]
    )
    return _Run(chosen.pk, chosen.attempt), bytes(chosen.data or b""), chosen


@transaction.atomic
def _stage(run: _Run, piece: list[Found]) -> QuestionImport | None:
    """Keep the piece's rows and count them, unless the import was taken away from this run."""
    chosen = run.locked()
    if chosen is None:
        return None
    rows = list(_rows(chosen, piece))
    if chosen.rows_found + len(rows) > MOST_ROWS:
        raise UnreadableFile("too_many_rows", f"The file has over {MOST_ROWS:,} questions.")
    ImportRow.objects.bulk_create(rows)
    kinds = [row.status for row in rows]
    chosen.good += kinds.count(ImportRow.Status.GOOD)
    chosen.duplicates += kinds.count(ImportRow.Status.DUPLICATE)
    chosen.errors += kinds.count(ImportRow.Status.ERROR)
    chosen.checked_lines = piece[-1].line
    chosen.save(update_fields=["good", "duplicates", "errors", "checked_lines"])
    return chosen


def _rows(chosen: QuestionImport, piece: list[Found]) -> Iterator[ImportRow]:
    good = {row.content.digest: row for row in piece if isinstance(row, GoodRow)}
    known = set(QuestionVersion.objects.filter(digest__in=good).values_list("digest", flat=True))
    earlier = dict(
        chosen.rows.filter(digest__in=good, status=ImportRow.Status.GOOD).values_list(
            "digest", "line"
        )
    )
    for row in piece:
        if isinstance(row, RowError):
            yield ImportRow(
                question_import=chosen,
                line=row.line,
                status=ImportRow.Status.ERROR,
                code=row.code,
                reason=row.reason,
                question_text=row.excerpt,
            )
        else:
            yield _checked(chosen, row, known, earlier)


def _checked(
    chosen: QuestionImport, row: GoodRow, known: set[str], earlier: dict[str, int]
) -> ImportRow:
    content, digest = row.content, row.content.digest
    reason = ""
    if digest in known:
        reason = "This question exists already."
    elif digest in earlier:
        reason = f"Line {earlier[digest]} has the same question."
    else:
        earlier[digest] = row.line
    return ImportRow(
        question_import=chosen,
        line=row.line,
        status=ImportRow.Status.DUPLICATE if reason else ImportRow.Status.GOOD,
        code="duplicate" if reason else "",
        reason=reason,
        question_text=content.question_text,
        options=list(content.options),
        correct_answer=content.correct_answer,
        subject=content.subject,
        digest=digest,
    )


@transaction.atomic
def _finish(run: _Run, note: str, findings: Findings) -> None:
    chosen = run.locked()
    if chosen is None:
        return
    if not chosen.rows_found:
        raise UnreadableFile("no_questions", "There is no question in the file.")
    chosen.status = QuestionImport.Status.READY
    chosen.note = note
    chosen.findings = findings.as_json()
    chosen.data = None
    chosen.checked_lines = chosen.lines
    chosen.save(update_fields=["status", "note", "findings", "data", "checked_lines"])


@transaction.atomic
def _refuse(run: _Run, refused: UnreadableFile) -> None:
    chosen = run.locked()
    if chosen is None:
        return
    chosen.rows.all().delete()
    chosen.status = QuestionImport.Status.FAILED
    chosen.code, chosen.reason = refused.code, str(refused)
    chosen.data = None
    chosen.good = chosen.duplicates = chosen.errors = 0
    chosen.finished_at = timezone.now()
    chosen.save(
        update_fields=[
            *("status", "code", "reason", "data", "good", "duplicates", "errors", "finished_at")
        ]
    )
