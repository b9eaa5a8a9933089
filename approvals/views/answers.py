"""What the pages' doors have in common."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.keyset import BadCursor, Keyset, KeysetPage

PAGE = 25  # rows


def status_of(refusal: DomainError) -> HTTPStatus:
    """The HTTP status that a refusal's page carries. Raises Http404 for what is not there."""
    if isinstance(refusal, NotFound):
        raise Http404(str(refusal))
    if isinstance(refusal, NotAllowed):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.CONFLICT if isinstance(refusal, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY


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
