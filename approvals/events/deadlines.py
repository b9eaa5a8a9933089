"""What happens because the time comes. The manners of approvals.events hold here, too."""

from dataclasses import dataclass, field
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TaskReminderDue(DomainEvent):
    """
    A task is due soon, and these people have not decided it.

    `assessor_ids` are those with a place, and while a seat is free the members of the group who
    may take it; `group` is its name.
    """

    name: ClassVar[str] = "approvals.task_reminder_due"

    task_id: str
    request_id: str
    question_id: str
    question_title: str
    subject: str
    requester_id: str
    assessor_ids: list[str]
    group: str
    stage: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(DomainEvent):
    """
    The due time of a task has passed; a verdict counts until `closes_at`.

    `number` is 0 at first and counts the nags from 1. `escalated_ids` are those whom the policy
    names for this; only the first tells them.
    """

    name: ClassVar[str] = "approvals.task_overdue"

    task_id: str
    request_id: str
    question_id: str
    question_title: str
    subject: str
    requester_id: str
    assessor_ids: list[str]
    group: str
    stage: int
    due_at: str
    closes_at: str
    number: int = 0
    escalated_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AssessorAway(DomainEvent):
    """
    A task waits for somebody who is away until after it is due, and nobody can stand in.

    `escalated_ids` are whom the policy names for tasks that are overdue, or else the requester.
    """

    name: ClassVar[str] = "approvals.assessor_away"

    task_id: str
    request_id: str
    question_id: str
    question_title: str
    subject: str
    requester_id: str
    assessor_id: str
    stage: int
    due_at: str
    away_until: str
    escalated_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AbsenceAnnounced(DomainEvent):
    """Somebody will be away. `substitute_id` is empty where nobody stands in."""

    name: ClassVar[str] = "approvals.absence_announced"

    absence_id: str
    user_id: str
    starts_at: str
    ends_at: str
    substitute_id: str


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(DomainEvent):
    """Somebody is back earlier than was said, or does not leave at all."""

    name: ClassVar[str] = "approvals.absence_ended"

    absence_id: str
    user_id: str
