from approvals.models.absences import Absence, HandOver
from approvals.models.attachments import Attachment, KeptFile
from approvals.models.deadlines import DeadlineStep, Escalation
from approvals.models.decisions import Decision
from approvals.models.first_views import FirstView
from approvals.models.imports import ImportRow, QuestionImport
from approvals.models.policies import ApprovalPolicy
from approvals.models.questions import Question, QuestionVersion
from approvals.models.repairs import Repair
from approvals.models.requests import ApprovalRequest
from approvals.models.tasks import ApprovalTask, Assignment, Verdict

__all__ = [
    "Absence",
    "ApprovalPolicy",
    "ApprovalRequest",
    "ApprovalTask",
    "Assignment",
    "Attachment",
    "DeadlineStep",
    "Decision",
    "Escalation",
    "FirstView",
    "HandOver",
    "ImportRow",
    "KeptFile",
    "Question",
    "QuestionImport",
    "QuestionVersion",
    "Repair",
    "Verdict",
]
