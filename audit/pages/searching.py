"""The trail, narrowed by whatever is asked together."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit.models import Entry
from audit.reading.filters import EntryFilter
from audit.search.facets import COLUMNS, facets
from audit.search.pages import GATHERED, ResultPage, page_of
from audit.services import searches
from core.keyset import BadCursor
from core.pages import neighbours

A_PAGE = 50
FACET_TITLES = {
    "action": "Action",
    "person": "Who",
    "scheme": "Scheme",
    "outcome": "Outcome",
    "kind": "Kind of thing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a click narrows the search to, and how much is left."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    value: str
    url: str


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def entries(request: PersonRequest) -> HttpResponse:
    """The entries that the filters ask for, newest first."""
    form = EntryFilter(request.GET)
    context = {
        "form": form,
        "chips": _chips(request, form),
        "searches": searches.searches_for(request.user),
        "query": urlencode(_given(request)),
        "deleted": _number(request.GET.get("deleted", "")),
        "gathered_at_most": GATHERED,
    }
    if not form.is_valid():
        return render(request, "audit/entries.html", context, status=422)
    page = _page(request, form)
    context |= {
        "page": page,
        "facets": _facets(request, page) if page.gathered is not None else {},
        "counts_all": page.is_total and page.total == len(page.gathered or []),
        "looked_back_to": _reached(page),
        **neighbours(request, page),  # type: ignore[arg-type]
    }
    return render(request, "audit/entries.html", context)


def _page(request: PersonRequest, form: EntryFilter) -> ResultPage:
    try:
        return page_of(form.asked(), cursor=request.GET.get("cursor", ""), limit=A_PAGE)
    except BadCursor as refusal:
        raise Http404(str(refusal)) from refusal


def _given(request: PersonRequest) -> dict[str, str]:
    """The filters in the address that ask for something."""
    asked = {name: request.GET.get(name, "").strip() for name in EntryFilter.base_fields}
    return {name: value for name, value in asked.items() if value}


def _chips(request: PersonRequest, form: EntryFilter) -> list[Chip]:
    given = _given(request)
    return [
        Chip(
            label=str(form[name].label),
            value="" if name == "people_only" else form.spoken(name, value),
            url="?" + urlencode({key: kept for key, kept in given.items() if key != name}),
        )
        for name, value in given.items()
    ]


def _facets(request: PersonRequest, page: ResultPage) -> dict[str, list[Choice]]:
    """By facets that are not set yet, where there is something to choose."""
    given = _given(request)
    found = facets(page.gathered or [])
    return {
        FACET_TITLES[name]: [
            Choice(
                label=each.label,
                count=each.count,
                url="?" + urlencode({**given, name: each.value}),
            )
            for each in found[name]
        ]
        for name in COLUMNS
        if name not in given and found.get(name)
    }


def _reached(page: ResultPage) -> Entry | None:
    """The entry at which patience ended."""
    if not page.looked_back_to:
        return None
    later = Entry.objects.filter(sequence__gte=page.looked_back_to)
    found: Entry | None = later.order_by("sequence").first()
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
