"""Pages that show a long list in parts."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from core.keyset import BadCursor, Keyset, KeysetPage

PAGE = 25  # rows


def page_of(request: HttpRequest, rows: QuerySet[Any], order: tuple[str, ...]) -> KeysetPage[Any]:
    """The page that the address asks for; a cursor that is none of ours is not found."""
    model: type[Model] = rows.model
    try:
        return Keyset(model, order).page(rows, cursor=request.GET.get("cursor", ""), limit=PAGE)
    except BadCursor as refusal:
        raise Http404(str(refusal)) from refusal


def neighbours(request: HttpRequest, page: KeysetPage[Any]) -> dict[str, str]:
    """The addresses of the pages before and after, with the filters of this one."""
    kept = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    return {
        name: "?" + urlencode(kept | {"cursor": cursor}) if cursor else ""
        for name, cursor in (("previous_url", page.previous), ("next_url", page.next))
    }
