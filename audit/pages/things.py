"""Histories: of one thing, of one request, and what a thing was like at a moment."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role, role_required
from accounts.things import may_see
from audit.reading import histories, showing
from audit.reading.naming import Names, pairs_in
from core.keyset import BadCursor
from core.pages import neighbours

A_PAGE = 50


class AtForm(forms.Form):
    """The moment to look at, in the time zone of the page."""

    at = forms.DateTimeField(
        label="As it was at",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        error_messages={"invalid": "This is no day and time, such as 2026-11-21T14:30."},
    )


@require_safe
@never_cache
def thing(request: PersonRequest, kind: str, thing: str) -> HttpResponse:
    """
    The history of a thing: for auditors with all entries, for others of what they may see.

    404 for who may see neither. With `at`, auditors see what it was like then.
    """
    is_auditor = has_role(request.user, AUDITORS, ADMINISTRATORS)
    if not is_auditor and not may_see(request.user, kind, thing):
        raise Http404("There is nothing of that kind, or it is not yours to see.")
    try:
        page = histories.history(
            kind,
            thing,
            cursor=request.GET.get("cursor", ""),
            limit=A_PAGE,
            is_overseen=is_auditor,
        )
    except BadCursor as refusal:
        raise Http404(str(refusal)) from refusal
    form = AtForm(request.GET if "at" in request.GET else None)
    context: dict[str, Any] = {
        "kind": kind.replace("_", " "),
        "thing": Names(request.user, [(kind, thing)]).thing(kind, thing),
        "id": thing,
        "page": page,
        "is_auditor": is_auditor,
        "form": form,
        "then": None,
        **neighbours(request, page),  # type: ignore[arg-type]
    }
    wrong = is_auditor and form.is_bound and not form.is_valid()
    if is_auditor and form.is_bound and not wrong:
        context["then"] = _then(request, kind, thing, form.cleaned_data["at"])
    return render(request, "audit/thing.html", context, status=422 if wrong else 200)


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def in_request(request: PersonRequest, request_id: str) -> HttpResponse:
    """Everything that one request set off, in order."""
    entries, is_cut = histories.in_request(request_id)
    if not entries:
        raise Http404("No entry bears this request id.")
    context = {"request_id": request_id, "entries": entries, "is_cut": is_cut}
    return render(request, "audit/request.html", context)


def _then(request: PersonRequest, kind: str, thing: str, at: datetime) -> dict[str, Any]:
    state = histories.state_at(kind, thing, at)
    pairs = [pair for row in state.rows for pair in pairs_in(row.fields)]
    names = Names(request.user, pairs)
    return {
        "at": timezone.localtime(at),
        "state": state,
        "rows": [(row, showing.fields_of(row.fields, names)) for row in state.rows],
    }
