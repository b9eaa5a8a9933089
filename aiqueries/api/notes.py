"""Doors to the notes that a model drafted on a question under review."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from aiqueries.exceptions import FirstViewNeeded
from aiqueries.kinds import NoteKind
from aiqueries.selectors.notes import STATES, ShownNote, State, TaskNotes
from aiqueries.services.notes.marking import mark_note, seen_by
from core.inputs import StrictSerializer, understood


class MarkInputSerializer(StrictSerializer):
    """Whether the note helped; null takes back what was said."""

    useful = serializers.BooleanField(allow_null=True)


class ReviewNoteSerializer(serializers.Serializer[ShownNote]):
    """One note. `quote` is the characters from `start` to `end` of `part`, letter by letter."""

    id = serializers.IntegerField(source="note.pk")
    kind = serializers.ChoiceField(NoteKind.choices, source="note.kind")
    part = serializers.CharField(
        source="note.part", help_text="`question_text`, or `options[0]` and so on."
    )
    start = serializers.IntegerField(source="note.start")
    end = serializers.IntegerField(source="note.end")
    quote = serializers.CharField(source="note.quote")
    says = serializers.CharField(
        source="note.says", help_text="What the model wrote: evidence, not a verdict."
    )
    useful = serializers.BooleanField(
        source="mark", allow_null=True, help_text="What you said of it."
    )


class ReviewNotesSerializer(serializers.Serializer[TaskNotes]):
    """How far the notes are, and those that there are."""

    state = serializers.ChoiceField(STATES)
    question_id = serializers.UUIDField(source="task.question_id")
    version = serializers.IntegerField(source="task.version")
    model = serializers.SerializerMethodField(help_text="As `provider/model`.")
    prompt_version = serializers.IntegerField(
        source="draft.template.number", default=None, allow_null=True
    )
    offered = serializers.IntegerField(
        source="draft.offered", default=0, help_text="Notes that the model wrote."
    )
    dropped = serializers.IntegerField(
        help_text="Notes that do not quote the question, or say the same again."
    )
    notes = ReviewNoteSerializer(many=True)

    def get_model(self, shown: TaskNotes) -> str | None:
        query = shown.query
        return f"{query.provider}/{query.answered_by}" if query and shown.draft else None


class ReviewNotes(ViewSet):
    """Notes that a model drafted on the question of a task."""

    @extend_schema(responses=ReviewNotesSerializer)
    def retrieve(self, request: Request, task_id: UUID) -> Response:
        """The notes on a task's question, for whoever sees the task; assessors after their view."""
        return Response(_shown(_caller(request), task_id))

    @extend_schema(request=MarkInputSerializer, responses=ReviewNotesSerializer)
    def mark(self, request: Request, task_id: UUID, note_id: int) -> Response:
        """Say whether a note is useful. The last word counts."""
        sent = understood(MarkInputSerializer, request.data)
        mark_note(task_id=task_id, note_id=note_id, useful=sent["useful"], actor=_caller(request))
        return Response(_shown(_caller(request), task_id))


def _shown(user: User, task_id: UUID) -> dict[str, Any]:
    shown = seen_by(user, task_id)
    if shown.state == State.FIRST_VIEW_NEEDED:
        raise FirstViewNeeded("Record your first view, and see then what a model noted.")
    return dict(ReviewNotesSerializer(shown).data)


def _caller(request: Request) -> User:
    return cast(User, request.user)
