"""What was found amiss between requests and their workflows, and what is done about it."""

from approvals.services.repairs.handling import put_repair_aside, retry_repair
from approvals.services.repairs.imports import resume_import, resume_stalled_imports
from approvals.services.repairs.recording import Trouble, note_over, park, record_made
from approvals.services.repairs.reopening import ensure_can_reopen, reopen_request

__all__ = [
    "Trouble",
    "ensure_can_reopen",
    "note_over",
    "park",
    "put_repair_aside",
    "record_made",
    "reopen_request",
    "resume_import",
    "resume_stalled_imports",
    "retry_repair",
]
