"""Notes on a question under review, as one person may see them on one task."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from string import ascii_uppercase
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.roles import ASSESSORS, has_role
from aiqueries.drafted import QUESTION_TEXT
from aiqueries.kinds import OPEN, Purpose, Status
from aiqueries.models import Draft, NoteMark, Query, ReviewNote
from aiqueries.selectors.sending import some_provider_may_get
from approvals.selectors import QuestionForAi, TaskForNotes, question_for_ai, task_for_notes

AROUND = 160  # characters of the sentence that are shown before and after a quote
_OPTION = re.compile(r"options\[(\d{1,2})\]")
_SENTENCE_ENDS = re.compile(r"[.?!]\s|\n")


class State(StrEnum):
    """How far the notes on a task's question are."""

    FIRST_VIEW_NEEDED = "first_view_needed"
    OFF = "off"
    SECURE = "secure"
    NOT_ASKED = "not_asked"
    DRAFTING = "drafting"
    FAILED = "failed"
    DRAFTED = "drafted"


STATES = [(each.value, each.value) for each in State]


@dataclass(frozen=True, kw_only=True)
class ShownNote:
    """A note with its quote inside its sentence, and what this person thinks of it."""

    note: ReviewNote
    place: str
    before: str
    after: str
    mark: bool | None


@dataclass(frozen=True, kw_only=True)
class TaskNotes:
    """`draft` and `notes` where there are some, `query` where it was asked for them."""

    state: State
    task: TaskForNotes
    may_mark: bool = False
    may_retry: bool = False
    query: Query | None = None
    draft: Draft | None = None
    notes: list[ShownNote] = field(default_factory=list)

    @property
    def dropped(self) -> int:
        return self.draft.offered - self.draft.kept if self.draft else 0


def notes_on_task(user: User, task_id: UUID) -> TaskNotes | None:
    """
    The notes on the question of a task; None if the task is not theirs to see.

    Whoever may decide the task sees none before their own first view: then nothing but the state
    is told, not even whether there are any.
    """
    task = task_for_notes(user, task_id)
    if task is None:
        return None
    if task.may_decide and not task.has_first_view:
        return TaskNotes(state=State.FIRST_VIEW_NEEDED, task=task)
    question = question_for_ai(None, task.question_id, version=task.version)
    if question is None:
        raise ValueError(f"The question of task {task_id} is not there.")
    query = _drafting(task)
    state = _state(query, question)
    return TaskNotes(
        state=state,
        task=task,
        query=query,
        may_mark=_judged(user, task),
        may_retry=_judged(user, task) and state in (State.FAILED, State.NOT_ASKED),
        draft=query.draft if query and state == State.DRAFTED else None,
        notes=_shown(query.draft, question, user) if query and state == State.DRAFTED else [],
    )


def _judged(user: User, task: TaskForNotes) -> bool:
    """An assessor who said what they think themselves."""
    return task.has_first_view and has_role(user, ASSESSORS)


def _drafting(task: TaskForNotes) -> Query | None:
    """The newest query that drafts or drafted notes on this version, or else one that failed."""
    queries = Query.objects.filter(
        purpose=Purpose.REVIEW, question_id=task.question_id, question_version=task.version
    )
    newest = queries.select_related("draft", "template").order_by("-created_at")
    return newest.filter(status__in=[*OPEN, Status.SUCCEEDED]).first() or newest.first()


def _state(query: Query | None, question: QuestionForAi) -> State:
    if query and query.status == Status.SUCCEEDED:
        return State.DRAFTED
    if query and query.is_open:
        return State.DRAFTING
    if not settings.AI_REVIEW_NOTES:
        return State.OFF
    if question.is_secure and not some_provider_may_get(secure=True):
        return State.SECURE
    return State.FAILED if query else State.NOT_ASKED


def _shown(draft: Draft, question: QuestionForAi, user: User) -> list[ShownNote]:
    own = NoteMark.objects.filter(note=OuterRef("pk"), assessor=user).values("useful")[:1]
    # Words that were kept long enough are dropped; the marks on them still count.
    notes = draft.notes.exclude(says="").annotate(own_mark=Subquery(own)).order_by("pk")
    return [_in_its_sentence(note, question, mark=note.own_mark) for note in notes]


def _in_its_sentence(note: ReviewNote, question: QuestionForAi, mark: bool | None) -> ShownNote:
    text, place = _part(note.part, question)
    return ShownNote(
        note=note,
        place=place,
        before=_before(text[: note.start]),
        after=_after(text[note.end :]),
        mark=mark,
    )


def _part(part: str, question: QuestionForAi) -> tuple[str, str]:
    """Its text, and what people call it."""
    if (option := _OPTION.fullmatch(part)) and int(option[1]) < len(question.options):
        number = int(option[1])
        return question.options[number], f"Option {_letter(number, question.options)}"
    return (question.question_text if part == QUESTION_TEXT else ""), "The question"


def _letter(number: int, options: Sequence[str]) -> str:
    return ascii_uppercase[number] if len(options) <= len(ascii_uppercase) else str(number + 1)


def _before(text: str) -> str:
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(text)]
    sentence = text[ends[-1] :] if ends else text
    return sentence if len(sentence) <= AROUND else "… " + sentence[-AROUND:].lstrip()


def _after(text: str) -> str:
    end = _SENTENCE_ENDS.search(text)
    sentence = text[: end.start() + 1].rstrip("\n") if end else text
    return sentence if len(sentence) <= AROUND else sentence[:AROUND].rstrip() + " …"
