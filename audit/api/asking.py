"""What a call of the API asks of the trail, or by what name it is refused."""

from datetime import datetime

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from audit.reading.filters import EntryFilter
from audit.search.asking import Asked
from audit.search.pages import ResultPage
from core.errors import BadFilter
from core.pagination import DEFAULT_LIMIT, LARGEST_LIMIT

FILTERS = [
    OpenApiParameter(name, description=str(field.help_text or field.label))
    for name, field in EntryFilter.base_fields.items()
]
CURSOR = OpenApiParameter(
    "cursor", description="Where the page begins; take it from `next` or `previous`."
)
LIMIT = OpenApiParameter(
    "limit", int, description=f"Rows a page: {DEFAULT_LIMIT}, at most {LARGEST_LIMIT}."
)
_OTHERS = {"cursor", "limit", "format"}


def asked_by(request: Request) -> Asked:
    """Raises BadFilter, which names the parameter at fault: unknown, or not of its form."""
    unknown = sorted(set(request.query_params) - set(EntryFilter.base_fields) - _OTHERS)
    if unknown:
        raise BadFilter(f"There is no filter {unknown[0][:40]}.", field=unknown[0][:40])
    form = EntryFilter(request.query_params)
    if not form.is_valid():
        field, messages = next(iter(form.errors.items()))
        raise BadFilter(str(messages[0]), field=field)
    return form.asked()


def moment_in(request: Request, name: str) -> datetime:
    """Raises BadFilter for what is no moment with a time zone."""
    try:
        moment = parse_datetime(request.query_params.get(name, ""))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadFilter(
            "Give a day and time with its zone, such as 2026-11-21T14:30:00Z.", field=name
        )
    return moment


def neighbour_urls(request: Request, page: ResultPage) -> dict[str, str | None]:
    url = request.build_absolute_uri()
    return {
        side: cursor and replace_query_param(url, "cursor", cursor)
        for side, cursor in (("next", page.next), ("previous", page.previous))
    }
