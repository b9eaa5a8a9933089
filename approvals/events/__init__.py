"""
What others may rely on having happened in approvals.

Ids are UUIDs as text, times ISO 8601 in UTC. No event carries an answer key, an option, a comment
or a task token: events are read by the audit trail and travel to other systems.
`question_title` is the question on one line of at most 80 characters and stays inside the product:
it does not belong in an e-mail.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from approvals.events.deadlines import AbsenceAnnounced as AbsenceAnnounced
from approvals.events.deadlines import AbsenceEnded as AbsenceEnded
from approvals.events.deadlines import AssessorAway as AssessorAway
from approvals.events.deadlines import TaskOverdue as TaskOverdue
from approvals.events.deadlines import TaskReminderDue as TaskReminderDue
from approvals.events.evidence import FirstViewRecorded as FirstViewRecorded
from approvals.events.evidence import QuestionMarked as QuestionMarked
from approvals.events.repairs import RepairMade as RepairMade
from approvals.events.repairs import RepairParked as RepairParked
from approvals.events.repairs import RepairPutAside as RepairPutAside
from approvals.events.repairs import RepairRetried as RepairRetried
from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted(DomainEvent):
    """Somebody asks for approval of a question. Starts the workflow execution."""

    name: ClassVar[str] = "approvals.request_submitted"

    request_id: str
    question_id: str
    question_title: str
    subject: str
    requester_id: str
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(DomainEvent):
    """
    The workflow waits for a verdict: a task is open for these people.

    `assessor_ids` are the people asked by name; for a task offered to a group they are its
    members who may decide it, and `group` is its name. The places of `away_ids` among them go to
    substitutes at once.
    """

    name: ClassVar[str] = "approvals.task_assigned"

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
    away_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TaskClaimed(DomainEvent):
    """
    A member of the group took a seat on the task.

    `closed_to_ids` are the other members who may judge it, once none of its `seats` is free.
    """

    name: ClassVar[str] = "approvals.task_claimed"

    task_id: str
    request_id: str
    question_title: str
    assessor_id: str
    question_id: str = ""
    requester_id: str = ""
    subject: str = ""
    stage: int = 0
    seats: int = 1
    closed_to_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TaskReleased(DomainEvent):
    """
    Somebody who had claimed the task gave the seat back.

    `open_to_ids` are the other members who may take it, where none had been free.
    """

    name: ClassVar[str] = "approvals.task_released"

    task_id: str
    request_id: str
    question_title: str
    assessor_id: str
    question_id: str = ""
    requester_id: str = ""
    subject: str = ""
    stage: int = 0
    group: str = ""
    due_at: str = ""
    open_to_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TaskReassigned(DomainEvent):
    """
    One assessor's place on the task went to another.

    `because` is AWAY where it did so of itself, since the first is away until `away_until` and
    named the other as a substitute.
    """

    name: ClassVar[str] = "approvals.task_reassigned"

    task_id: str
    request_id: str
    question_id: str
    question_title: str
    subject: str
    from_assessor_id: str
    to_assessor_id: str
    due_at: str
    requester_id: str = ""
    stage: int = 0
    because: str = ""
    away_until: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskDecided(DomainEvent):
    """
    An assessor gave a verdict on the content with this digest.

    `verdict` is this assessor's own; `outcome` is the task's status once enough verdicts are in,
    and empty while more are awaited. `closed_to_ids` are as in TaskClaimed, where it took a seat.
    """

    name: ClassVar[str] = "approvals.task_decided"

    task_id: str
    request_id: str
    question_id: str
    question_title: str
    requester_id: str
    assessor_id: str
    verdict: str
    outcome: str
    digest: str
    subject: str = ""
    stage: int = 0
    closed_to_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TaskExpired(DomainEvent):
    """
    The task's time ran out without enough verdicts.

    `escalated_ids` are those to whom the policy escalates, unless TaskOverdue has told them.
    """

    name: ClassVar[str] = "approvals.task_expired"

    task_id: str
    request_id: str
    question_title: str
    requester_id: str
    assessor_ids: list[str]
    question_id: str = ""
    subject: str = ""
    stage: int = 0
    escalated_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RevisionRequested(DomainEvent):
    """The assessors want changes: the workflow waits for a new version of the question."""

    name: ClassVar[str] = "approvals.revision_requested"

    request_id: str
    question_id: str
    question_title: str
    requester_id: str
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionCreated(DomainEvent):
    """
    Somebody wrote a question down, without asking for approval yet.

    One that is written with its request is told of by RequestSubmitted, those of a file by
    QuestionsImported.
    """

    name: ClassVar[str] = "approvals.question_created"

    question_id: str
    question_title: str
    subject: str
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class QuestionRevised(DomainEvent):
    """A question has a new version. `request_id` is empty when none is under way."""

    name: ClassVar[str] = "approvals.question_revised"

    question_id: str
    question_title: str
    request_id: str
    version: int
    digest: str
    subject: str = ""
    requester_id: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestCancelled(DomainEvent):
    """
    The requester or an administrator withdrew the request. Stops the execution.

    `assessor_ids` are those who had one of `task_ids` in their inbox.
    """

    name: ClassVar[str] = "approvals.request_cancelled"

    request_id: str
    question_id: str
    question_title: str
    requester_id: str
    assessor_ids: list[str]
    subject: str = ""
    task_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RequestClosed(DomainEvent):
    """
    The workflow carried the request to its end: APPROVED, REJECTED or EXPIRED.

    `task_ids` are the tasks that were still open.
    """

    name: ClassVar[str] = "approvals.request_closed"

    request_id: str
    question_id: str
    question_title: str
    subject: str
    requester_id: str
    status: str
    task_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RequestReopened(DomainEvent):
    """A request that a fault had ended goes on: its workflow was taken up again."""

    name: ClassVar[str] = "approvals.request_reopened"

    request_id: str
    question_id: str
    question_title: str
    requester_id: str
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportResumed(DomainEvent):
    """A file that nobody was working on any more is taken up again."""

    name: ClassVar[str] = "approvals.import_resumed"

    import_id: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class PolicySaved(DomainEvent):
    """An administrator wrote a named policy or changed it. Requests under way keep their copy."""

    name: ClassVar[str] = "approvals.policy_saved"

    policy_id: str
    policy_name: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class AttachmentUploaded(DomainEvent):
    """Somebody brought a file to attach. No question has it yet. `size` in bytes."""

    name: ClassVar[str] = "approvals.attachment_uploaded"

    attachment_id: str
    file_name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AttachmentsChanged(DomainEvent):
    """
    A version of a question has other files than the one before it, or is the first with any.

    `added` and `removed` are names; `sha256` are the digests of all files that it has now.
    """

    name: ClassVar[str] = "approvals.attachments_changed"

    question_id: str
    question_title: str
    version: int
    added: list[str]
    removed: list[str]
    sha256: list[str]
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportUploaded(DomainEvent):
    """A file of questions came in and waits to be checked."""

    name: ClassVar[str] = "approvals.import_uploaded"

    import_id: str
    file_name: str
    format: str


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(DomainEvent):
    """Whoever looked at the checked file wants its good rows taken in."""

    name: ClassVar[str] = "approvals.import_confirmed"

    import_id: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ImportDiscarded(DomainEvent):
    """A file was given up; none of it was taken in."""

    name: ClassVar[str] = "approvals.import_discarded"

    import_id: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class QuestionsImported(DomainEvent):
    """A file of questions was taken in, all of its good rows at once."""

    name: ClassVar[str] = "approvals.questions_imported"

    import_id: str
    file_name: str
    format: str
    imported: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class QuestionSeen(DomainEvent):
    """
    Somebody read a version of a question, with its answer key.

    `through` is "page", "api" or "admin". The same person reading the same again within a minute
    is told of once.
    """

    name: ClassVar[str] = "approvals.question_seen"

    question_id: str
    question_title: str
    version: int
    subject: str
    through: str
    request_id: str = ""
    task_id: str = ""
