"""What no view should have to think of."""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver


class NulMiddleware:
    """
    Answers 400 to an address with a NUL character in its path or query.

    PostgreSQL keeps none in a text, so that one would make any search fail as if we were at fault.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in query or "\0" in query:
            refuse = cast(Callable[..., HttpResponse], get_resolver().resolve_error_handler(400))
            return refuse(request, BadRequest("An address may not contain NUL characters."))
        return self.get_response(request)
