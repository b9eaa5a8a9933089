"""What somebody watches and mutes: buttons that other pages ask for, and all of it on one page."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from notifications import services
from notifications.exceptions import NothingToWatch
from notifications.models import Notification, Watch
from notifications.selectors import watchable, watched_by

MOST = 5  # things on one page
_SAID: dict[str, str] = {
    Watch.Mode.WATCH: "You are told of every step from now on.",
    Watch.Mode.MUTE: "You hear only of what waits for you, and in your list alone.",
}


@require_safe
@never_cache
def watching(request: PersonRequest) -> HttpResponse:
    """Everything this person watches or mutes; of `?thing=question:ID` the buttons alone."""
    wanted = request.GET.getlist("thing")[:MOST]
    if wanted:
        return _buttons(request, wanted, in_card="card" in request.GET)
    context = {"things": watched_by(request.user)}
    return render(request, "notifications/watching.html", context)


@require_safe
@never_cache
def watching_of(request: PersonRequest, notification_id: int) -> HttpResponse:
    """The buttons for what a notification is about."""
    told = get_object_or_404(Notification.objects.of(request.user.pk), pk=notification_id)
    return _buttons(request, told.about)


@require_POST
def watch(request: PersonRequest, kind: str, thing_id: str) -> HttpResponse:
    """Answers htmx with the buttons as they are now, and everybody else with the page of all."""
    mode = request.POST.get("mode", "")
    try:
        if mode in Watch.Mode.values:
            services.watch_thing(person=request.user, kind=kind, thing_id=thing_id, mode=mode)
        else:
            services.end_watch(person=request.user, kind=kind, thing_id=thing_id)
    except NothingToWatch as refusal:
        raise Http404(str(refusal)) from refusal
    if request.headers.get("HX-Request") == "true":
        return _buttons(request, [f"{kind}:{thing_id}"])
    messages.success(request, _SAID.get(mode, "You neither watch nor mute it any more."))
    return redirect("notification-watching")


def _buttons(
    request: PersonRequest, things: Iterable[str], *, in_card: bool = False
) -> HttpResponse:
    """Nothing at all where there is nothing that they may watch."""
    found = watchable(request.user, things)
    card = "_card" if in_card and found else ""
    return render(request, f"notifications/_watching{card}.html", {"things": found})
