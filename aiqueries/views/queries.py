"""Queries asked so far: newest first, each as it stands now."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, has_role, role_required
from aiqueries.forms import QueryFilter
from aiqueries.models import Query
from aiqueries.rules import MAY_ASK
from aiqueries.selectors.listing import EVERYBODY, ORDER, changed_since, listed
from aiqueries.selectors.subjects import key_of, things_of
from aiqueries.views.charts import figures
from core.pages import PAGE, neighbours, page_of

NOTHING_CHANGED = 204
STOP_ASKING = 286  # htmx: the last answer of a poll


@never_cache
@require_safe
@role_required(*MAY_ASK)
def queries(request: PersonRequest) -> HttpResponse:
    """This person's queries, or everybody's; a wish that makes no sense is left out."""
    wish = QueryFilter(request.GET)
    wish.is_valid()
    chosen = wish.cleaned_data
    may_see_all = has_role(request.user, ADMINISTRATORS)
    whose = chosen.get("whose", "") if may_see_all else ""
    found = listed(
        request.user, status=chosen.get("status", ""), about=chosen.get("about", ""), whose=whose
    )
    page = page_of(request, found, ORDER)
    rows = shown(request, page.items)
    context = {
        "rows": rows,
        "any_open": any(row["query"].is_open for row in rows),
        "filter": wish,
        "is_filtered": any(chosen.get(name) for name in ("status", "about")),
        "may_see_all": may_see_all,
        "everybody": whose == EVERYBODY,
        "figures": figures(None if whose == EVERYBODY else request.user) if rows else None,
        **neighbours(request, page),
    }
    return render(request, "aiqueries/queries.html", context)


@never_cache
@require_safe
@role_required(*MAY_ASK)
def rows(request: PersonRequest) -> HttpResponse:
    """
    Of the rows in `open`, each as `id:position`, those that have changed, as they are now.

    204 where none has. Without any the page is told to ask no more.
    """
    seen = _seen(request.GET.getlist("open")[:PAGE])
    if not seen:
        return HttpResponse(status=STOP_ASKING)
    changed = changed_since(request.user, seen)
    if not changed:
        return HttpResponse(status=NOTHING_CHANGED)
    context = {
        "rows": shown(request, changed),
        "everybody": request.GET.get("whose") == EVERYBODY,
        "swapped": True,
    }
    return render(request, "aiqueries/_rows.html", context)


def shown(request: PersonRequest, found: Iterable[Query]) -> list[dict[str, Any]]:
    """Each with what it is about; a thing that is gone, or not theirs to see, has no name."""
    found = list(found)
    things = things_of(request.user, found)
    return [
        {"query": query, "about": pair[0] if pair else "", "thing": things.get(pair)}
        if (pair := key_of(query))
        else {"query": query, "about": "", "thing": None}
        for query in found
    ]


def _seen(pairs: Iterable[str]) -> dict[UUID, int]:
    seen = {}
    for pair in pairs:
        written, _, position = pair.partition(":")
        try:
            seen[UUID(written)] = int(position)
        except ValueError:
            continue
    return seen
