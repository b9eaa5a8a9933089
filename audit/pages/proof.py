"""The pages on which the trail is checked: its health, the tamper drill, verification."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit import selectors
from audit.services import drilling, signing
from audit.services.checking import CHECKS
from audit.services.drilling import TrailTooShort


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def proof(request: HttpRequest) -> HttpResponse:
    """How well the trail is proved at this moment."""
    context = {
        "health": selectors.health_of_proof(),
        "checked": selectors.latest_of("audit.trail_checked"),
        "drilled": selectors.latest_of("audit.tamper_drill_held"),
        "keys": [_shown(key) for key in signing.key_list()],
    }
    return render(request, "audit/proof.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def drill(request: PersonRequest) -> HttpResponse:
    """The tamper drill: what the last one came to, and a button that holds another."""
    context: dict[str, Any] = {
        "tamperings": drilling.TAMPERINGS,
        "latest": selectors.latest_of("audit.tamper_drill_held"),
    }
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            held = drilling.hold_drill(actor=request.user.as_actor())
            context |= {"drill": held, "checks": CHECKS}
        except TrailTooShort as refusal:
            context["problem"], status = str(refusal), HTTPStatus.CONFLICT
    template = "audit/_drill.html" if request.headers.get("HX-Request") else "audit/drill.html"
    return render(request, template, context, status=status)


@require_safe
@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """
    Verification in the reader's own browser, for everybody.

    Stands alone: the page asks no server anything once it is loaded.
    """
    return render(request, "audit/verify.html")


def _shown(key: dict[str, Any]) -> dict[str, str]:
    name, key_id, _ = key["vkey"].split("+", 2)
    return {"name": name, "id": key_id, **key}
