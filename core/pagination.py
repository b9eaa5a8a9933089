"""The API's lists: a page, and the addresses of its neighbours."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from core.errors import Malformed
from core.keyset import Keyset, KeysetPage

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 100


class BadLimit(Malformed):
    """The page size is not a number of rows that a page may have."""

    code = "invalid_limit"


def limit_from(text: str | None) -> int:
    """Rows a page, from what the caller wrote; 25 when nothing. Raises BadLimit."""
    if text is None or text == "":
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise BadLimit(f"A page has 1 to {LARGEST_LIMIT} rows.", field="limit")
    return int(text)


class KeysetPagination(BasePagination):
    """Reads `?cursor=` and `?limit=`; the view states the order in its `ordering`."""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the page asked for. Raises BadCursor and BadLimit."""
        self._url = request.build_absolute_uri()
        self._page: KeysetPage[Any] = Keyset(queryset.model, _ordering_of(view)).page(
            queryset,
            cursor=request.query_params.get("cursor", ""),
            limit=limit_from(request.query_params.get("limit")),
        )
        return self._page.items

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "results": data,
                "next": self._at(self._page.next),
                "previous": self._at(self._page.previous),
            }
        )

    def _at(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return replace_query_param(remove_query_param(self._url, "cursor"), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        neighbour = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": neighbour, "previous": neighbour},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins; take it from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "Rows a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
        ]


def _ordering_of(view: APIView | None) -> Sequence[str]:
    ordering: Sequence[str] | None = getattr(view, "ordering", None)
    if ordering is None:
        raise ImproperlyConfigured(f"{type(view).__name__} does not state its ordering.")
    return ordering
