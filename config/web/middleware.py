"""What no view should have to think of."""

import codecs
from collections.abc import Callable
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver


class NulMiddleware:
    """
    Answers 400 to an address with a NUL character in its path or query, or to another charset.

    PostgreSQL keeps none in a text, so that one would make any search fail as if we were at fault.
    Django decodes addresses and forms by the charset of the Content-Type, and charsets other than
    UTF-8 can write a NUL in ways of their own, or half a character, which fails just as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            request.encoding = "utf-8"  # for the page that says so
            return _refused(request, "What is sent has to be in UTF-8.")
        if "\0" in request.path or "%00" in query or "\0" in query:
            return _refused(request, "An address may not contain NUL characters.")
        return self.get_response(request)


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    refuse = cast(Callable[..., HttpResponse], get_resolver().resolve_error_handler(400))
    return refuse(request, BadRequest(reason))
