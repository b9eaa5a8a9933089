import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from approvals import services
from approvals.importing.reading import LARGEST_FILE
from approvals.importing.rows import Format
from approvals.models import ImportRow, QuestionImport
from core.errors import DomainError


class Command(BaseCommand):
    """
    The import page's services, from a shell: upload, check, take in.

    Rows with errors are listed and left out, the good ones are taken in at once. Ends with an
    error if the file is refused or has nothing but errors.
    """

    help = "Import questions from an OpenTriviaQA, CSV, JSON, Aiken, GIFT or Moodle XML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=Format.values, default="", help="else it is told")
        parser.add_argument("--subject", default="", help="for questions without one of their own")
        parser.add_argument(
            "--as", dest="email", help="who imports; else the only administrator there is"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, change nothing")

    def handle(self, *, file: Path, email: str | None, dry_run: bool, **options: Any) -> None:
        actor = _person(email)
        with _rolled_back() if dry_run else _kept():
            try:
                kept = services.upload_questions(
                    file_name=file.name,
                    data=_read(file),
                    file_format=options["format"],
                    subject=options["subject"],
                    actor=actor,
                    in_background=False,
                )
                self._check(kept, bar=options["verbosity"] > 0)
                if dry_run:
                    self.stdout.write(f"{kept.good:,} questions could be imported.")
                else:
                    self._take_in(kept, actor)
            except DomainError as refusal:
                raise CommandError(f"{file.name}: {refusal}") from refusal

    def _check(self, kept: QuestionImport, *, bar: bool) -> None:
        with click.progressbar(
            length=kept.lines, label="Checking", file=sys.stderr, hidden=not bar
        ) as progress:
            services.check_import(
                import_id=kept.pk,
                progress=lambda now: progress.update(now.checked_lines - progress.pos),
            )
            progress.update(kept.lines - progress.pos)
        kept.refresh_from_db()
        if kept.status == QuestionImport.Status.FAILED:
            raise CommandError(f"{kept.file_name}: {kept.reason}")
        if kept.note:
            self.stdout.write(kept.note)
        for line, reason in _errors(kept):
            self.stdout.write(f"line {line}: {reason}")
        self.stdout.write(
            f"{kept.rows_found:,} questions found: {kept.good:,} good, "
            f"{kept.duplicates:,} duplicates, {kept.errors:,} errors."
        )
        if kept.errors == kept.rows_found:
            services.discard_import(import_id=kept.pk, actor=kept.uploaded_by)
            raise CommandError(f"{kept.file_name}: No question in it is good.")

    def _take_in(self, kept: QuestionImport, actor: User) -> None:
        if not kept.good:
            services.discard_import(import_id=kept.pk, actor=actor)
            self.stdout.write("Nothing new to import.")
            return
        services.confirm_import(import_id=kept.pk, actor=actor, in_background=False)
        done = services.import_checked_rows(import_id=kept.pk, actor=actor.as_actor())
        self.stdout.write(self.style.SUCCESS(f"{done.imported:,} questions imported."))


def _person(email: str | None) -> User:
    people = User.objects.filter(is_active=True)
    if email:
        found = people.filter(email=email.strip().lower()).first()
        if found is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        return found
    administrators = people.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS))
    candidates = administrators.distinct()[:2]
    if len(candidates) != 1:
        raise CommandError("Say who imports: --as EMAIL.")
    return candidates[0]


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _errors(kept: QuestionImport) -> Iterator[tuple[int, str]]:
    errors = kept.rows.filter(status=ImportRow.Status.ERROR).order_by("id")
    return errors.values_list("line", "reason").iterator()


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _kept() -> Iterator[None]:
    yield
