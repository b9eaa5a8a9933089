"""The address in every mail by which mails like it are stopped."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.exceptions import AlwaysSent, BadLink
from notifications.kinds import Kind
from notifications.services import unsubscribing


@csrf_exempt  # whoever has the address may: mail programs have no cookie to protect
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, written: str) -> HttpResponse:
    """
    A page with a button; only a POST changes anything, and it asks for no sign-in.

    It needs the field List-Unsubscribe=One-Click, or List-Unsubscribe=Undo to take it back.
    """
    try:
        wanted = unsubscribing.read(written)
        if request.method != "POST":
            return _page(request, wanted.kinds)
        return _posted(request, wanted)
    except BadLink as refusal:
        return _page(request, refusal=str(refusal), status=404)
    except AlwaysSent as refusal:
        return _page(request, refusal=str(refusal), status=409)


def _posted(request: HttpRequest, wanted: unsubscribing.Leave) -> HttpResponse:
    match request.POST.get("List-Unsubscribe"):
        case "One-Click":
            unsubscribing.unsubscribe(wanted)
            return _page(request, wanted.kinds, done="stopped")
        case "Undo":
            unsubscribing.resubscribe(wanted)
            return _page(request, wanted.kinds, done="taken back")
    said = "Send the field List-Unsubscribe with the value One-Click."
    return _page(request, refusal=said, status=400)


def _page(
    request: HttpRequest,
    kinds: tuple[Kind, ...] = (),
    *,
    done: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    words = {"kinds": [kind.label for kind in kinds], "done": done, "refusal": refusal}
    return render(request, "notifications/leave.html", words, status=status)
