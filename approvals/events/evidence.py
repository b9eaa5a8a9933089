"""What assessors and authors say of a question besides verdicts. None has words of the question."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class QuestionMarked(DomainEvent):
    """Somebody marked a question as secure, or took the mark away."""

    name: ClassVar[str] = "approvals.question_marked"

    question_id: str
    question_title: str
    secure: bool
