"""Who read which question, in which version."""

import uuid
from collections.abc import Iterable
from typing import Literal

from accounts.models import User
from approvals.events import QuestionSeen
from approvals.models import ApprovalTask, Question, QuestionVersion
from core.looks import first_looks
from outbox.publishing import note

Through = Literal["page", "api", "admin"]


def note_reading(
    question: Question | QuestionVersion,
    *,
    by: User,
    through: Through,
    request_id: uuid.UUID | None = None,
    task: ApprovalTask | None = None,
) -> None:
    """
    Write down that this person was shown this version, before it is shown: one statement.

    Of a question that is its newest version. `request_id` or `task` say on which occasion.
    """
    occasion = task.request_id if task else request_id
    _note([_seen(question, through, occasion, task)], by)


def note_reading_all(versions: Iterable[QuestionVersion], *, by: User, through: Through) -> None:
    """The same for several at once."""
    _note([_seen(version, through, None, None) for version in versions], by)


def _seen(
    question: Question | QuestionVersion,
    through: Through,
    request_id: uuid.UUID | None,
    task: ApprovalTask | None,
) -> QuestionSeen:
    number = question.number if isinstance(question, QuestionVersion) else question.latest_version
    return QuestionSeen(
        question_id=str(question.question_id),
        question_title=question.title,
        version=number,
        subject=question.subject,
        through=through,
        request_id=str(request_id or ""),
        task_id=str(task.pk) if task else "",
    )


def _note(seen: Iterable[QuestionSeen], by: User) -> None:
    with first_looks({(by.pk, each): each for each in seen}) as new:
        note(*new, actor=by.as_actor())
