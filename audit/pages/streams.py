"""Streams: where entries are sent as they come."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role, role_required
from audit.exceptions import StreamNotFound
from audit.models import Batch, Stream
from audit.reading.forms import NewStreamForm, StreamForm
from audit.services import streaming
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def streams(request: PersonRequest) -> HttpResponse:
    """Every stream and how far it is; administrators may add one."""
    if request.method != "POST":
        return _page(request)
    form = NewStreamForm(request.POST)
    if not has_role(request.user, ADMINISTRATORS):
        return _refused(request)
    if form.is_valid():
        try:
            stream, secret = streaming.create_stream(
                name=form.cleaned_data["name"],
                url=form.cleaned_data["url"],
                only=form.filter,
                from_start=form.cleaned_data["from_start"],
                actor=request.user.as_actor(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _page(request, status=201, made={"stream": stream, "secret": secret})
    return _page(request, status=422, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(ADMINISTRATORS)
def stream(request: PersonRequest, stream_id: UUID) -> HttpResponse:
    """One stream's name, address and filter, to be changed."""
    found = Stream.objects.filter(pk=stream_id).first()
    if found is None:
        return _gone(request)
    form = StreamForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            streaming.change_stream(
                stream_id=stream_id,
                name=form.cleaned_data["name"],
                url=form.cleaned_data["url"],
                only=form.filter,
                actor=request.user.as_actor(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The stream was changed. That is in the trail.")
            return redirect("audit-streams")
    return render(
        request,
        "audit/stream.html",
        {"form": form, "stream": found},
        status=422 if form.errors else 200,
    )


@require_POST
@never_cache
@role_required(ADMINISTRATORS)
def stream_action(request: PersonRequest, stream_id: UUID, verb: str) -> HttpResponse:
    """Pause, resume, test, give a new secret, or remove."""
    actor = request.user.as_actor()
    try:
        if verb == "secret":
            secret = streaming.rotate_secret(stream_id=stream_id, actor=actor)
            named = Stream.objects.get(pk=stream_id)
            return _page(request, status=201, made={"stream": named, "secret": secret})
        if verb == "test":
            messages.info(request, streaming.send_test(stream_id=stream_id, actor=actor))
        else:
            work, words = _VERBS[verb]
            work(stream_id=stream_id, actor=actor)
            messages.success(request, words)
    except StreamNotFound:
        return _gone(request)
    return redirect("audit-streams")


_VERBS: dict[str, tuple[Any, str]] = {
    "pause": (streaming.pause_stream, "Nothing is sent until you resume it."),
    "resume": (streaming.resume_stream, "It goes on where it stopped."),
    "remove": (streaming.remove_stream, "Nothing is sent there any more."),
}
VERBS = ("secret", "test", *_VERBS)


def _page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    newest = Batch.objects.order_by("-size").values_list("size", flat=True).first() or 0
    context = {
        "streams": [
            {"stream": each, "behind": max(0, newest - each.position)}
            for each in Stream.objects.order_by("name")
        ],
        "failing": Stream.objects.filter(status=Stream.Status.FAILING).order_by("name"),
        "form": NewStreamForm(),
        "may_change": has_role(request.user, ADMINISTRATORS),
    }
    return render(request, "audit/streams.html", context | more, status=status)


def _refused(request: PersonRequest) -> HttpResponse:
    return render(request, "403.html", status=403)


def _gone(request: PersonRequest) -> HttpResponse:
    messages.error(request, "There is no such stream.")
    return redirect("audit-streams")


def _initial(stream: Stream) -> dict[str, Any]:
    return {
        "name": stream.name,
        "url": stream.url,
        "actions": "\n".join(stream.filter.get("actions", [])),
        "people_only": stream.filter.get("people_only", False),
    }
