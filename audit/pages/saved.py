"""Searches that people keep."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit.models import SavedSearch
from audit.services import searches
from core.errors import DomainError


class SaveForm(forms.Form):
    name = forms.CharField(max_length=80)
    query = forms.CharField(max_length=2000)
    is_shared = forms.BooleanField(required=False)


@require_POST
@role_required(AUDITORS, ADMINISTRATORS)
def save(request: PersonRequest) -> HttpResponse:
    """Keep the search that the page shows."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the search a name of at most 80 characters.")
        return _back(request.POST.get("query", "")[:2000])
    return _done(
        request,
        lambda: searches.save_search(**form.cleaned_data, actor=request.user),
        "The search is kept as “{name}”.",
    )


@require_POST
@role_required(AUDITORS, ADMINISTRATORS)
def share(request: PersonRequest, search_id: int) -> HttpResponse:
    """Offer it to everybody who may read the trail, or no longer."""
    on = request.POST.get("on") == "1"
    said = "“{name}” is shared with everybody who may read the trail."
    return _done(
        request,
        lambda: searches.share_search(search_id=search_id, on=on, actor=request.user),
        said if on else "“{name}” is yours alone again.",
    )


@require_POST
@role_required(AUDITORS, ADMINISTRATORS)
def delete(request: PersonRequest, search_id: int) -> HttpResponse:
    """Delete it; the page offers to undo that."""
    try:
        searches.delete_search(search_id=search_id, actor=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _back("")
    return _back(f"deleted={search_id}")


@require_POST
@role_required(AUDITORS, ADMINISTRATORS)
def restore(request: PersonRequest, search_id: int) -> HttpResponse:
    """Have a deleted one back."""
    return _done(
        request,
        lambda: searches.restore_search(search_id=search_id, actor=request.user),
        "“{name}” is back.",
    )


def _done(request: PersonRequest, call: Callable[[], SavedSearch], said: str) -> HttpResponse:
    try:
        search = call()
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _back(request.POST.get("query", "")[:2000])
    messages.success(request, said.format(name=search.name))
    return _back(search.query)


def _back(query: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("audit") + (f"?{query}" if query else ""))
