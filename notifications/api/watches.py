"""What the caller watches and mutes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from notifications import services
from notifications.models import Watch
from notifications.selectors import watched_by


class WatchSerializer(serializers.Serializer[Any]):
    """`kind` is question or person: the work of a person is what they ask approval for."""

    kind = serializers.CharField()
    id = serializers.CharField()
    title = serializers.CharField()
    mode = serializers.ChoiceField(Watch.Mode.choices)


class ModeSerializer(serializers.Serializer[Any]):
    """WATCH: told of every step. MUTE: told of what waits for the caller, in the list alone."""

    mode = serializers.ChoiceField(Watch.Mode.choices)


class Watches(APIView):
    @extend_schema(
        operation_id="list_watches", responses={200: dict[str, Any]}, tags=["notifications"]
    )
    def get(self, request: Request) -> Response:
        """What the caller watches and mutes, the newest first, all in one page."""
        found = watched_by(person_of(request))
        return Response({"results": WatchSerializer(found, many=True).data})


class OneWatch(APIView):
    @extend_schema(
        operation_id="watch_thing",
        request=ModeSerializer,
        responses={204: None},
        tags=["notifications"],
    )
    def put(self, request: Request, kind: str, thing_id: str) -> Response:
        """
        Watch or mute a question or a person's work. Saying it twice changes nothing.

        404 `nothing_to_watch` for what the caller may not see.
        """
        form = ModeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        mode = form.validated_data["mode"]
        person = person_of(request)
        services.watch_thing(person=person, kind=kind, thing_id=thing_id, mode=mode)
        return Response(status=204)

    @extend_schema(operation_id="end_watch", responses={204: None}, tags=["notifications"])
    def delete(self, request: Request, kind: str, thing_id: str) -> Response:
        """Neither watch nor mute it any more; where the caller did not, nothing changes."""
        services.end_watch(person=person_of(request), kind=kind, thing_id=thing_id)
        return Response(status=204)


def person_of(request: Request) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Only people come this far.")
    return request.user
