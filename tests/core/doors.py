"""Doors that exist in tests only: they show how every door of the API behaves."""

import threading
from datetime import UTC, datetime

from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Conflict, Invalid
from core.idempotency import idempotent
from core.preconditions import entity_tag, require_match, tagged
from outbox.models import Event

CLOCK = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
inside = threading.Event()
go_on = threading.Event()


class TooLate(Conflict):
    """A refusal with something to add."""

    code = "too_late"


def note(name):
    return Event.objects.create(
        name=name, payload={}, actor_id="ben", actor_label="Ben", occurred_at=CLOCK
    )


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Event
        fields = ["id", "name"]


class Option(serializers.Serializer):
    text = serializers.CharField(max_length=5)


class NoteForm(serializers.Serializer):
    name = serializers.CharField(max_length=20)
    options = Option(many=True, required=False)


class Notes(ListAPIView):
    serializer_class = NoteSerializer
    ordering = ("occurred_at", "id")
    queryset = Event.objects.all()

    @idempotent
    def post(self, request):
        form = NoteForm(data=request.data)
        form.is_valid(raise_exception=True)
        row = note(form.validated_data["name"])
        return Response({"id": row.id}, status=201, headers={"Location": f"/notes/{row.id}/"})


class LatestFirst(Notes):
    ordering = ("-occurred_at", "-id")


class Refusing(APIView):
    """Writes, and then refuses."""

    @idempotent
    def post(self, request):
        note("written before the refusal")
        raise TooLate("Ada was faster.", field="verdict", decided_by="Ada Okafor")


class Answering409(APIView):
    """Writes, and then answers with a refusal instead of raising one."""

    @idempotent
    def post(self, request):
        note("written before the refusal")
        return Response({"code": "own_words"}, status=409)


class Breaking(APIView):
    @idempotent
    def post(self, request):
        note("written before the crash")
        raise RuntimeError("the secret inside")

    def get(self, request):
        raise RuntimeError("the secret inside")


class Slow(APIView):
    """Holds its transaction open until the test lets it go on."""

    @idempotent
    def post(self, request):
        note("slow")
        inside.set()
        go_on.wait(10)
        return Response({"done": True}, status=201)


class RuleBreaking(APIView):
    def get(self, request):
        raise Invalid("Two options are the same.", field="options")


class Tagged(APIView):
    tag = entity_tag("note", 1)

    def get(self, request):
        return tagged(request, Response({"id": 1}), self.tag)

    def post(self, request):
        require_match(request, self.tag)
        return Response({"changed": True})


class WordsForm(serializers.Serializer):
    words = serializers.ListField(child=serializers.CharField(max_length=5))


class Words(APIView):
    def post(self, request):
        WordsForm(data=request.data).is_valid(raise_exception=True)
        return Response({})


urlpatterns = [
    path("api/v1/words/", Words.as_view()),
    path("api/v1/notes/", Notes.as_view()),
    path("api/v1/latest/", LatestFirst.as_view()),
    path("api/v1/refusing/", Refusing.as_view()),
    path("api/v1/answering-409/", Answering409.as_view()),
    path("api/v1/breaking/", Breaking.as_view()),
    path("api/v1/slow/", Slow.as_view()),
    path("api/v1/rule/", RuleBreaking.as_view()),
    path("api/v1/tagged/", Tagged.as_view()),
    path("", include("config.urls")),
]
handler400 = "config.api.problems.bad_request"
handler404 = "config.api.problems.page_not_found"
handler500 = "config.api.problems.server_error"
