from approvals.models.attachments import Attachment, KeptFile
from approvals.models.imports import ImportRow, QuestionImport
from approvals.models.policies import ApprovalPolicy
from approvals.models.questions import Question, QuestionVersion
from approvals.models.repairs import Repair
from approvals.models.requests import ApprovalRequest
from approvals.models.tasks import ApprovalTask, Assignment, Decision, Verdict

__all__ = [
    "ApprovalPolicy",
    "ApprovalRequest",
    "ApprovalTask",
    "Assignment",
    "Attachment",
    "Decision",
    "ImportRow",
    "KeptFile",
    "Question",
    "QuestionImport",
    "QuestionVersion",
    "Repair",
    "Verdict",
]
