"""What callers get to see. Task tokens are in none of these."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from approvals.api.inputs import RULE_NAMES
from approvals.files.scanning import MediaType
from approvals.models import (
    ApprovalRequest,
    ApprovalTask,
    Assignment,
    Attachment,
    Decision,
    FirstView,
    Question,
    QuestionVersion,
    Verdict,
)
from workflows.models import Execution


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person by e-mail address and name, without the account's id."""

    class Meta:
        model = User
        fields = ["email", "name"]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """One assessor's verdict, bound by `digest` to the content it was given for."""

    assessor = PersonSerializer()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    comments = serializers.CharField(source="comment")
    decided_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Decision
        fields = ["task_id", "assessor", "verdict", "comments", "digest", "decided_at"]
        extra_kwargs = {"digest": {"help_text": "SHA-256 of the content that was judged."}}


class FirstViewSerializer(serializers.ModelSerializer[FirstView]):
    """What the caller answered first. `agrees`: with the key; null where there is no answer."""

    version = serializers.IntegerField(source="version.number")
    answer = serializers.SerializerMethodField()
    agrees = serializers.BooleanField(allow_null=True)

    class Meta:
        model = FirstView
        fields = ["task_id", "version", "digest", "answer", "agrees", "remark", "created_at"]

    def get_answer(self, view: FirstView) -> str | None:
        """The text of an option."""
        return view.answer or None


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """One assessor's place on a task; `claimed` if taken from a group, not given by name."""

    assessor = PersonSerializer()

    class Meta:
        model = Assignment
        fields = ["assessor", "state", "claimed"]


class FileSerializer(serializers.Serializer[Any]):
    """A file as it is kept. `url` leads on to a private address that lasts a minute."""

    attachment_id = serializers.UUIDField()
    name = serializers.CharField()
    media_type = serializers.ChoiceField(choices=[media.value for media in MediaType])
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField(help_text="Of the bytes that are kept.")
    width = serializers.IntegerField(help_text="pixels; 0 for a document")
    height = serializers.IntegerField(help_text="pixels; 0 for a document")
    url = serializers.SerializerMethodField()

    def get_url(self, file: Any) -> str:
        """The same for good: whoever may read the question finds the file there."""
        return reverse("attachment-content", args=[self._id(file)])

    def _id(self, file: Any) -> str:
        return str(file["attachment_id"])


class UploadedSerializer(FileSerializer):
    """A file that was uploaded. Until a version of a question names it, it is yours alone."""

    media_type = serializers.ChoiceField(
        source="file.media_type", choices=[media.value for media in MediaType]
    )
    size = serializers.IntegerField(source="file.size", help_text="bytes")
    sha256 = serializers.CharField(source="file.sha256", help_text="Of the bytes that are kept.")

    def _id(self, file: Attachment) -> str:
        return str(file.pk)


class AttachedSerializer(FileSerializer):
    """A file of a question, in this version."""

    alt_text = serializers.CharField()


class QuestionSummarySerializer(serializers.ModelSerializer[Question]):
    """A question in a list."""

    title = serializers.CharField(help_text="One line, 80 characters at most.")
    created_by = serializers.EmailField(source="created_by.email")

    class Meta:
        model = Question
        fields = [
            "question_id",
            "title",
            "subject",
            "is_secure",
            "latest_version",
            "created_by",
            "created_at",
        ]


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question's newest content, answer key included."""

    options = serializers.ListField(child=serializers.CharField())
    created_by = serializers.EmailField(source="created_by.email")
    digest = serializers.CharField(source="content.digest")
    attachments = AttachedSerializer(many=True)

    class Meta:
        model = Question
        fields = [
            "question_id",
            "question_text",
            "options",
            "correct_answer",
            "attachments",
            "subject",
            "is_secure",
            "latest_version",
            "digest",
            "created_by",
            "created_at",
        ]


class QuestionVersionSerializer(serializers.ModelSerializer[QuestionVersion]):
    """What a question said at one time, answer key included; versions never change."""

    options = serializers.ListField(child=serializers.CharField())
    attachments = AttachedSerializer(many=True)
    created_by = serializers.EmailField(source="created_by.email")

    class Meta:
        model = QuestionVersion
        fields = [
            "question_id",
            "number",
            "question_text",
            "options",
            "correct_answer",
            "attachments",
            "subject",
            "digest",
            "created_by",
            "created_at",
        ]


class TaskSummarySerializer(serializers.ModelSerializer[ApprovalTask]):
    """A task in a list."""

    question_title = serializers.CharField(source="question.title")
    subject = serializers.CharField(source="version.subject")
    is_secure = serializers.BooleanField(source="question.is_secure")
    version = serializers.IntegerField(source="version.number")
    digest = serializers.CharField(source="version.digest")
    assigned_by = serializers.EmailField(source="assigned_by.email")
    assigned_to = serializers.EmailField(
        source="assigned_to.email",
        default=None,
        allow_null=True,
        help_text="The assessor, where exactly one was asked by name.",
    )
    assigned_group = serializers.CharField(
        source="assigned_group.name", default=None, allow_null=True
    )
    closes_at = serializers.DateTimeField(help_text="Until then a verdict counts.")

    class Meta:
        model = ApprovalTask
        fields = [
            "task_id",
            "request_id",
            "question_id",
            "question_title",
            "subject",
            "is_secure",
            "version",
            "digest",
            "stage",
            "round",
            "status",
            "assigned_by",
            "assigned_to",
            "assigned_group",
            "comments",
            "due_at",
            "closes_at",
            "created_at",
            "updated_at",
            "decided_at",
        ]


class TaskSerializer(TaskSummarySerializer):
    """A task with all that a verdict depends on."""

    question = QuestionVersionSerializer(source="version")
    assignments = AssignmentSerializer(many=True)
    first_view = serializers.SerializerMethodField()
    decisions = DecisionSerializer(many=True)

    class Meta(TaskSummarySerializer.Meta):
        fields = [
            *TaskSummarySerializer.Meta.fields,
            "approve_n",
            "return_n",
            "question",
            "assignments",
            "first_view",
            "decisions",
        ]

    @extend_schema_field(FirstViewSerializer(allow_null=True))
    def get_first_view(self, task: ApprovalTask) -> dict[str, Any] | None:
        """The caller's own, which approvals.api.reading puts at hand."""
        own: FirstView | None = next(iter(getattr(task, "own_first_views", [])), None)
        return dict(FirstViewSerializer(own).data) if own else None


class ExecutionSerializer(serializers.Serializer[Any]):
    """The workflow execution, in Step Functions' words. `status` is null until it starts."""

    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Execution.Status.choices, allow_null=True)


class RequestSummarySerializer(serializers.ModelSerializer[ApprovalRequest]):
    """A request in a list."""

    question_title = serializers.CharField(source="question.title")
    version = serializers.IntegerField(source="version.number")
    digest = serializers.CharField(source="version.digest")
    requester = PersonSerializer()

    class Meta:
        model = ApprovalRequest
        fields = [
            "request_id",
            "question_id",
            "question_title",
            "version",
            "digest",
            "requester",
            "status",
            "created_at",
            "closed_at",
        ]


class StageSerializer(serializers.Serializer[Any]):
    """One stage of the policy as it stood when approval was asked for."""

    name = serializers.CharField()
    assessors = serializers.ListField(child=serializers.EmailField())
    group = serializers.CharField()
    approve_n = serializers.IntegerField()
    return_n = serializers.IntegerField()
    due_hours = serializers.FloatField()
    remind_hours = serializers.ListField(child=serializers.FloatField())
    grace_hours = serializers.FloatField()
    nag_hours = serializers.FloatField()
    escalate_to = serializers.ListField(child=serializers.CharField())


class RequestSerializer(RequestSummarySerializer):
    """
    A request with its tasks and how far its workflow has come.

    For the schema: approvals.api.reading gathers the answer itself.
    """

    execution = ExecutionSerializer()
    stages = StageSerializer(many=True)
    flaws_off = serializers.ListField(
        child=serializers.ChoiceField(choices=RULE_NAMES),
        help_text="Rules of item writing that its assessors are not shown.",
    )
    tasks = TaskSummarySerializer(many=True)
    decisions = DecisionSerializer(many=True)

    class Meta(RequestSummarySerializer.Meta):
        fields = [
            *RequestSummarySerializer.Meta.fields,
            "execution",
            "stages",
            "flaws_off",
            "tasks",
            "decisions",
        ]
