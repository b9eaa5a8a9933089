"""Where the doors of approvals are, under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from approvals.api.absences import Absences
from approvals.api.attachments import Attachments
from approvals.api.flaws import QuestionFlaws
from approvals.api.questions import Questions, QuestionVersions
from approvals.api.requests import ApprovalRequests
from approvals.api.similar import SimilarQuestions
from approvals.api.tasks import ApprovalTasks

router = SimpleRouter(use_regex_path=False)
router.register("absences", Absences, basename="absence")
router.register("approval-requests", ApprovalRequests, basename="approval-request")
router.register("approval-tasks", ApprovalTasks, basename="approval-task")
router.register("attachments", Attachments, basename="attachment")
router.register("questions", Questions, basename="question")

urlpatterns = [
    *router.urls,
    path("questions/check/", QuestionFlaws.as_view({"post": "check"}), name="question-check"),
    path(
        "questions/<uuid:question_id>/similar/",
        SimilarQuestions.as_view({"get": "retrieve"}),
        name="question-similar",
    ),
    path(
        "questions/<uuid:question_id>/flaws/",
        QuestionFlaws.as_view({"get": "retrieve"}),
        name="question-flaws",
    ),
    path(
        "questions/<uuid:question_id>/versions/",
        QuestionVersions.as_view({"get": "list", "post": "create"}),
        name="question-version-list",
    ),
    path(
        "questions/<uuid:question_id>/versions/<int:number>/",
        QuestionVersions.as_view({"get": "retrieve"}),
        name="question-version-detail",
    ),
]
