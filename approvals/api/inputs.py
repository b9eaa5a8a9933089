"""What callers may send. Only its shape is checked here; the rules are the services'."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.content import InvalidContent, QuestionContent
from approvals.flaws import RULES
from approvals.models import ApprovalRequest, Verdict
from approvals.selectors import Box
from approvals.services import Wanted
from core.errors import DomainError

RULE_NAMES = [(name, name) for name in RULES]
POLICY = {
    "oneOf": [
        {"type": "string", "description": "The name of a policy on offer."},
        {
            "type": "object",
            "required": ["stages"],
            "properties": {
                "stages": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "assessors": {
                                "type": "array",
                                "items": {"type": "string", "format": "email"},
                            },
                            "group": {"type": "string"},
                            "approve_n": {"type": "integer", "minimum": 1, "default": 1},
                            "return_n": {"type": "integer", "minimum": 1, "default": 1},
                            "due_hours": {"type": "number", "default": 72},
                            "remind_hours": {
                                "type": "array",
                                "items": {"type": "number"},
                                "description": "Before the due time; 24 unless it is sooner.",
                            },
                            "grace_hours": {
                                "type": "number",
                                "default": 0,
                                "description": "After the due time a verdict still counts.",
                            },
                            "nag_hours": {
                                "type": "number",
                                "default": 0,
                                "description": "In the grace time, remind so often; 0: once.",
                            },
                            "escalate_to": {
                                "type": "array",
                                "items": {"type": "string"},
                                "description": "Told when it is overdue: addresses, names of "
                                "groups, `requester`.",
                            },
                        },
                    },
                },
                "flaws_off": {
                    "type": "array",
                    "items": {"type": "string", "enum": list(RULES)},
                    "description": "Rules of item writing that are not shown to assessors.",
                },
            },
        },
    ]
}


CONTENT = ("question_text", "options", "correct_answer", "subject")


def understood(form: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, in the shape that the form asks for. Raises ValidationError."""
    filled = form(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


class VerbatimField(serializers.CharField):
    """Text as it was sent: what is trimmed and what may be empty is the content's own rule."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **options)


class UploadSerializer(serializers.Serializer[Any]):
    """A file: PNG, JPEG, GIF, WebP or PDF, 5 MB at most."""

    file = serializers.FileField(allow_empty_file=True)


class AttachmentInputSerializer(serializers.Serializer[Any]):
    """A file that was uploaded, and what it shows."""

    attachment_id = serializers.UUIDField()
    alt_text = VerbatimField(help_text="For those who cannot see it; 1 to 500 characters.")


class ContentInputSerializer(serializers.Serializer[Any]):
    """A question. `correct_answer` is one of `options`, letter by letter."""

    question_text = VerbatimField()
    options = serializers.ListField(child=VerbatimField(), help_text="2 to 26, all different.")
    correct_answer = VerbatimField()
    subject = VerbatimField(required=False, default="")
    attachments = AttachmentInputSerializer(
        many=True,
        required=False,
        help_text="Up to 10, in order. A new version without this member keeps what there was.",
    )


class QuestionInputSerializer(ContentInputSerializer):
    """A new question, and whether it is to stay away from AI providers outside."""

    is_secure = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Never sent to an AI provider outside, unless the policy names it.",
    )


class MarkInputSerializer(serializers.Serializer[Any]):
    """What may be said of a question without a new version."""

    is_secure = serializers.BooleanField()


def checked_content(given: dict[str, Any], within: str = "") -> QuestionContent:
    """The question by its own rules. Raises InvalidContent that names the place in the body."""
    words = {name: value for name, value in given.items() if name in CONTENT}
    try:
        return QuestionContent.checked(**words)
    except InvalidContent as refusal:
        raise InvalidContent(refusal.code, str(refusal), field=f"{within}{refusal.field}") from None


def wanted_attachments(given: dict[str, Any]) -> list[Wanted] | None:
    """The files that the question is to have; None where nothing is said of them."""
    named = given.get("attachments")
    return None if named is None else [Wanted(**each) for each in named]


@contextmanager
def naming_attachments(within: str) -> Iterator[None]:
    """Let a refusal about a file name its place in the body."""
    try:
        yield
    except DomainError as refusal:
        if refusal.field and refusal.field.startswith("attachments"):
            refusal.field = f"{within}{refusal.field}"
        raise


@extend_schema_field(POLICY)
class PolicyField(serializers.JSONField):
    """A policy's name, or a policy written out."""


class SubmissionInputSerializer(serializers.Serializer[Any]):
    """Either a new `question` or the id of one that is there; and who decides, or a policy."""

    question = QuestionInputSerializer(required=False)
    question_id = serializers.UUIDField(required=False)
    assigned_to = serializers.EmailField(
        required=False, allow_blank=True, default="", help_text="The assessor's e-mail address."
    )
    policy = PolicyField(required=False, default=None, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("question" in attrs) == ("question_id" in attrs):
            message = "Send either a question or the id of one."
            raise serializers.ValidationError({"question": [message]}, code="either_or")
        return attrs


@extend_schema_field({"type": "string", "enum": Verdict.values})
class VerdictField(serializers.CharField):
    """Which verdicts there are is the service's rule, with a code of its own."""


class DecisionInputSerializer(serializers.Serializer[Any]):
    """A verdict. Send the `digest` you read, and it counts for exactly that content."""

    verdict = VerdictField()
    comments = VerbatimField(
        required=False, default="", help_text="Needed unless the verdict is APPROVED."
    )
    digest = serializers.CharField(required=False, allow_blank=True, default="")


class FirstViewInputSerializer(serializers.Serializer[Any]):
    """What one would answer before one knows the key."""

    answer = VerbatimField(
        allow_null=True, help_text="The text of an option; null for “I cannot tell”."
    )
    remark = VerbatimField(required=False, default="")
    digest = serializers.CharField(required=False, allow_blank=True, default="")


class ReassignmentInputSerializer(serializers.Serializer[Any]):
    """Who takes over."""

    assigned_to = serializers.EmailField(help_text="The new assessor's e-mail address.")
    assigned_from = serializers.EmailField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Whose place it is, where that is not the caller and there are several.",
    )


class BoxSerializer(serializers.Serializer[Any]):
    """The views of the tasks: mine to judge, my groups', awaited by me, done by me."""

    box = serializers.ChoiceField(choices=[box.value for box in Box], default=Box.MINE.value)


class RequestFilterSerializer(serializers.Serializer[Any]):
    """What a list of requests may be narrowed by."""

    status = serializers.ChoiceField(choices=ApprovalRequest.Status.choices, required=False)


class QuestionFilterSerializer(serializers.Serializer[Any]):
    """What a list of questions may be narrowed by; `subject` must match exactly."""

    search = serializers.CharField(
        required=False, max_length=200, help_text="Words that the text must contain."
    )
    subject = serializers.CharField(required=False, max_length=200)
    is_secure = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Only secure ones, or only others."
    )
