"""What callers do with what they were told."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications import selectors, services
from notifications.api.serializers import (
    BadgeSerializer,
    ChangedSerializer,
    IdsSerializer,
    StepSerializer,
    TakenSerializer,
    UndoSerializer,
)
from notifications.services import Step, Undo


class Badge(APIView):
    """How many are unread: what the bell says, counted as the list of unread ones is."""

    @extend_schema(operation_id="count_unread_notifications", responses=BadgeSerializer)
    def get(self, request: Request) -> Response:
        return Response({"unread": selectors.unread_count(request.user.pk)})


class Read(APIView):
    """Note that the caller has read a notification. Doing it twice changes nothing."""

    @extend_schema(operation_id="read_notification", request=None, responses={204: None})
    def post(self, request: Request, notification_id: int) -> Response:
        services.mark_read(notification_id=notification_id, person_id=request.user.pk)
        return Response(status=204)


class ReadAll(APIView):
    """Note that the caller has read everything."""

    @extend_schema(operation_id="read_all_notifications", request=None, responses=TakenSerializer)
    def post(self, request: Request) -> Response:
        count, undo = services.mark_all_read(person_id=request.user.pk)
        return _taken(request, count, undo)


class Seen(APIView):
    """
    Note that notifications were before the caller's eyes. It changes no count.

    Ids that are not the caller's own are passed over.
    """

    @extend_schema(operation_id="see_notifications", request=IdsSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        ids = _given(IdsSerializer(data=request.data))["ids"]
        services.mark_seen(ids=ids, person_id=request.user.pk)
        return Response(status=204)


class Steps(APIView):
    """
    Read, archive or snooze several at once, or take that back.

    `READ`, `UNREAD`, `ARCHIVE`, `UNARCHIVE`, `SNOOZE` (with `until`) and `WAKE`; those that are
    as wanted already stay as they are. What is handled cannot be snoozed. Nothing is done when one
    of the ids is not the caller's own.
    """

    @extend_schema(
        operation_id="change_notifications", request=StepSerializer, responses=TakenSerializer
    )
    def post(self, request: Request) -> Response:
        given = _given(StepSerializer(data=request.data))
        taken = services.take_step(
            Step(given["step"]),
            ids=given["ids"],
            person_id=request.user.pk,
            until=given["until"],
        )
        return _taken(request, len(taken.changed), taken.undo)


class UndoSteps(APIView):
    """Put back what a change has changed, but for what has changed again since."""

    @extend_schema(
        operation_id="undo_notifications", request=UndoSerializer, responses=ChangedSerializer
    )
    def post(self, request: Request) -> Response:
        sealed = _given(UndoSerializer(data=request.data))["undo"]
        changed = services.undo(sealed, person_id=request.user.pk)
        unread = selectors.unread_count(request.user.pk)
        return Response({"changed": len(changed), "unread": unread})


def _given(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _taken(request: Request, changed: int, undo: Undo) -> Response:
    return Response(
        {
            "changed": changed,
            "unread": selectors.unread_count(request.user.pk),
            "undo": undo.sealed() if undo else "",
        }
    )
