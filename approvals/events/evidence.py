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


@dataclass(frozen=True, kw_only=True)
class FirstViewRecorded(DomainEvent):
    """
    An assessor answered a question before they saw its key.

    `agrees` says whether the answer is the key; it is empty where they could not tell, and then
    `answered` is false.
    """

    name: ClassVar[str] = "approvals.first_view_recorded"

    task_id: str
    request_id: str
    question_id: str
    version: int
    digest: str
    assessor_id: str
    answered: bool
    agrees: bool | None
