"""What people and systems can do with questions and approvals. One function, one use case."""

from approvals.services.bringing.attaching import (
    Wanted,
    forget_unused_attachments,
    upload_attachment,
)
from approvals.services.bringing.checking import check_import
from approvals.services.bringing.forgetting import forget_old_imports
from approvals.services.bringing.importing import (
    confirm_import,
    discard_import,
    import_checked_rows,
    upload_questions,
)
from approvals.services.closing import cancel_request, close_requests
from approvals.services.deadlines.reminding import take_deadline_steps
from approvals.services.deciding import decide_task, expire_overdue_tasks
from approvals.services.opening import Waiting, await_revision, open_stages
from approvals.services.places.absences import announce_absence, end_absence
from approvals.services.places.assigning import claim_task, reassign_task, release_task
from approvals.services.places.substituting import hand_over_places
from approvals.services.policies import save_policy
from approvals.services.questions import create_question, mark_secure, revise_question
from approvals.services.repairs import put_repair_aside, resume_import, retry_repair
from approvals.services.seeing import note_reading, note_reading_all
from approvals.services.submitting import request_approval, submit_request
from approvals.services.viewing import record_first_view

__all__ = [
    "Waiting",
    "Wanted",
    "announce_absence",
    "await_revision",
    "cancel_request",
    "check_import",
    "claim_task",
    "close_requests",
    "confirm_import",
    "create_question",
    "decide_task",
    "discard_import",
    "end_absence",
    "expire_overdue_tasks",
    "forget_old_imports",
    "forget_unused_attachments",
    "hand_over_places",
    "import_checked_rows",
    "mark_secure",
    "note_reading",
    "note_reading_all",
    "open_stages",
    "put_repair_aside",
    "reassign_task",
    "record_first_view",
    "release_task",
    "request_approval",
    "resume_import",
    "retry_repair",
    "revise_question",
    "save_policy",
    "submit_request",
    "take_deadline_steps",
    "upload_attachment",
    "upload_questions",
]
