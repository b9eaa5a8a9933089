"""What approvals refuses, and the codes that clients may rely on."""

from core.errors import Conflict, Invalid, NotAllowed, NotFound


class TaskNotFound(NotFound):
    """No such task, or none that this person may see."""

    code = "task_not_found"


class RequestNotFound(NotFound):
    """No such request, or none that this person may see."""

    code = "request_not_found"


class QuestionNotFound(NotFound):
    """No such question, or none that this person may see."""

    code = "question_not_found"


class ImportNotFound(NotFound):
    """No such import, or none that this person may see."""

    code = "import_not_found"


class AttachmentNotFound(NotFound):
    """No such attachment, or none that this person may see."""

    code = "attachment_not_found"


class RepairNotFound(NotFound):
    """No such repair."""

    code = "repair_not_found"


class AbsenceNotFound(NotFound):
    """No such absence, or none that this person may see."""

    code = "absence_not_found"


class InvalidAbsence(Invalid):
    """Nobody can be away like that."""

    code = "invalid_absence"


class OverlappingAbsence(Conflict):
    """The person is away for a part of that time already."""

    code = "overlapping_absence"


class NotAnAdministrator(NotAllowed):
    """Only administrators see to what was parked."""

    code = "not_an_administrator"


class NotAnAssessor(NotAllowed):
    """Deciding takes the role of an assessor."""

    code = "not_an_assessor"


class NotARequester(NotAllowed):
    """Submitting takes the role of a requester."""

    code = "not_a_requester"


class NotTheAssignee(NotAllowed):
    """The task waits for somebody else."""

    code = "not_the_assignee"


class NotYours(NotAllowed):
    """Only the requester or an administrator may do this."""

    code = "not_yours"


class SelfApproval(NotAllowed):
    """Nobody judges what they asked for or wrote."""

    code = "self_approval"


class TaskAlreadyDecided(Conflict):
    """The outcome stands. Members: `status`, `decided_by`, `decided_at`."""

    code = "task_already_decided"


class AlreadyDecidedByYou(Conflict):
    """This assessor's verdict is in; the task waits for others."""

    code = "already_decided_by_you"


class TaskOverdue(Conflict):
    """The due time has passed."""

    code = "task_expired"


class StaleContent(Conflict):
    """The verdict is for other content than the task's."""

    code = "stale_digest"


class NoFreeSeat(Conflict):
    """Enough members of the group have taken the task on already."""

    code = "no_free_seat"


class AlreadyAssigned(Conflict):
    """That person has a place on the task already, or has decided it."""

    code = "already_assigned"


class FirstViewAlreadyRecorded(Conflict):
    """This assessor has said what they think of this version."""

    code = "first_view_already_recorded"


class NotClaimed(Conflict):
    """Only a place that was claimed can be released."""

    code = "not_claimed"


class RequestClosed(Conflict):
    """The request has come to its end."""

    code = "request_closed"


class DecisionUnderWay(Conflict):
    """A decision was taken and the workflow has not carried it to its end yet."""

    code = "decision_under_way"


class UnderReview(Conflict):
    """The question has an open request: what is being judged does not change underneath."""

    code = "question_under_review"


class CannotReopen(Conflict):
    """The request cannot go on: it was not ended by a fault, or things have moved on since."""

    code = "cannot_reopen"


class NotParked(Conflict):
    """Somebody has seen to it already, or it is over."""

    code = "not_parked"


class NothingChanged(Conflict):
    """The new version says what the last one said."""

    code = "nothing_changed"


class TooManyUploads(Conflict):
    """This person has brought many files that no question has yet."""

    code = "too_many_uploads"


class ImportNotReady(Conflict):
    """The import is not at the point where this could be done."""

    code = "import_not_ready"


class NothingToImport(Conflict):
    """No row of the file is good and new."""

    code = "nothing_to_import"


class UnknownAttachment(Invalid):
    """No attachment with this id that a version of this question could have."""

    code = "unknown_attachment"


class TooManyAttachments(Invalid):
    """More files, or more bytes, than a version may have."""

    code = "too_many_attachments"


class AttachedTwice(Invalid):
    """The same file is named twice for one version."""

    code = "attached_twice"


class UnknownFormat(Invalid):
    """Not one of the formats that are read."""

    code = "unknown_format"


class InvalidSubject(Invalid):
    """The subject is too long or holds characters that cannot be kept."""

    code = "invalid_subject"


class UnknownVerdict(Invalid):
    """Not one of APPROVED, REJECTED, CHANGES_REQUESTED."""

    code = "unknown_verdict"


class UnknownOption(Invalid):
    """Not one of the question's options."""

    code = "unknown_option"


class CommentRequired(Invalid):
    """Returning a question takes a reason."""

    code = "comment_required"


class InvalidComment(Invalid):
    """The comment is too long or holds characters that cannot be kept."""

    code = "invalid_comment"


class UnknownPerson(Invalid):
    """No active person with this address and role."""

    code = "unknown_person"


class UnknownGroup(Invalid):
    """No group has this name."""

    code = "unknown_group"


class UnknownPolicy(Invalid):
    """No policy on offer has this name."""

    code = "unknown_policy"
