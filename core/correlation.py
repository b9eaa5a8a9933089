"""One id for everything that a request sets off, here and in the processes after it."""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """The id of the request or delivery at work now, or an empty string."""
    return _current.get()


@contextmanager
def correlated(value: str) -> Iterator[None]:
    """Everything inside belongs to this id."""
    token = _current.set(value)
    try:
        yield
    finally:
        _current.reset(token)


class CorrelationMiddleware:
    """Takes the caller's X-Request-ID if it is one, makes one if not, and answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get(HEADER, "")
        value = offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex
        with correlated(value):
            response = self.get_response(request)
        response[HEADER] = value
        return response


class CorrelationFilter(logging.Filter):
    """Puts the id on every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = correlation_id() or "-"
        return True
