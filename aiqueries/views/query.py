"""One query: what was asked, how far it is, the answer, and what it took."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from aiqueries import services
from aiqueries.models import Query
from aiqueries.rules import may_ask
from aiqueries.views.queries import NOTHING_CHANGED, shown
from aiqueries.views.telling import advice_for, state_of, took, tries_of
from core.answers import status_of
from core.errors import DomainError


@never_cache
@require_safe
def query(request: PersonRequest, query_id: UUID) -> HttpResponse:
    """A query of this person's; administrators read all, which is written down."""
    asked = _visible(request, query_id)
    services.note_reading([asked], by=request.user, through="page")
    return render(request, "aiqueries/query.html", _context(request, asked))


@never_cache
@require_safe
def progress(request: PersonRequest, query_id: UUID) -> HttpResponse:
    """The changing part of the page; 204 where it still is at `position`."""
    asked = _visible(request, query_id)
    if request.GET.get("position") == str(asked.position):
        return HttpResponse(status=NOTHING_CHANGED)
    return render(request, "aiqueries/_query.html", _context(request, asked))


@require_POST
def cancel(request: PersonRequest, query_id: UUID) -> HttpResponse:
    """Want the answer no more. Whoever comes too late is told so."""
    _visible(request, query_id)
    try:
        services.cancel_query(query_id=query_id, actor=request.user)
    except DomainError as refusal:
        status_of(refusal)
        messages.warning(request, str(refusal))
    return redirect("ai-query", query_id)


def _visible(request: PersonRequest, query_id: UUID) -> Query:
    found = Query.objects.visible_to(request.user).select_related("owner", "template__prompt")
    asked = found.filter(pk=query_id).first()
    if asked is None:
        raise Http404("There is no such query, or it is not yours to see.")
    return asked


def _context(request: PersonRequest, asked: Query) -> dict[str, Any]:
    (row,) = shown(request, [asked])
    is_own = asked.owner_id == request.user.pk
    return {
        **row,
        "is_own": is_own,
        "state": state_of(asked),
        "advice": advice_for(asked),
        "tries": tries_of(asked),
        "took": took(asked),
        "may_cancel": asked.is_open and not asked.cancel_asked_at,
        "may_ask_again": is_own and not asked.is_open and may_ask(request.user),
    }
