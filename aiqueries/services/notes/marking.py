"""What assessors think of notes."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from aiqueries.exceptions import FirstViewNeeded, NoteNotFound, NotesNotFound
from aiqueries.models import NoteMark
from aiqueries.selectors.notes import TaskNotes, notes_on_task


@transaction.atomic
def mark_note(*, task_id: UUID, note_id: int, useful: bool | None, actor: User) -> None:
    """
    Say that a note on the task's question was useful or not; None takes that back.

    Minds may change: the last word counts. Raises NotesNotFound, NoteNotFound and FirstViewNeeded.
    """
    shown = seen_by(actor, task_id)
    if note_id not in {each.note.pk for each in shown.notes}:
        raise NoteNotFound("There is no such note on this task's question.")
    if not shown.may_mark:
        raise FirstViewNeeded("Only assessors who recorded a first view can mark notes.")
    if useful is None:
        NoteMark.objects.filter(note_id=note_id, assessor=actor).delete()
    else:
        NoteMark.objects.update_or_create(
            note_id=note_id, assessor=actor, defaults={"useful": useful}
        )


def seen_by(user: User, task_id: UUID) -> TaskNotes:
    """The notes on a task as this person may see them. Raises NotesNotFound."""
    shown = notes_on_task(user, task_id)
    if shown is None:
        raise NotesNotFound("There is no such task, or it is not yours to see.")
    return shown
