"""One id for everything that a request sets off, and from where it came."""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("correlation_id", default="")
_LONGEST_CLIENT = 200  # characters


@dataclass(frozen=True, slots=True)
class Origin:
    """From which address and program a request came. Personal data: kept apart, never logged."""

    ip: str
    client: str


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def correlation_id() -> str:
    """The id of the request or delivery at work now, or an empty string."""
    return _current.get()


def origin() -> Origin | None:
    """From where the request at work now came; None for what the machine does by itself."""
    return _origin.get()


@contextmanager
def correlated(value: str, came_from: Origin | None = None) -> Iterator[None]:
    """Everything inside belongs to this id, and came from there."""
    token, origin_token = _current.set(value), _origin.set(came_from)
    try:
        yield
    finally:
        _current.reset(token)
        _origin.reset(origin_token)


def accepted_id(offered: str) -> str:
    """The id that a caller offers, if it is one; else a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex


class CorrelationMiddleware:
    """Takes the caller's X-Request-ID if it is one, makes one if not, and answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = accepted_id(request.headers.get(HEADER, ""))
        with correlated(value, _origin_of(request)):
            response = self.get_response(request)
        response[HEADER] = value
        return response


def _origin_of(request: HttpRequest) -> Origin:
    client = request.headers.get("User-Agent", "").replace("\0", "")
    return Origin(ip=client_ip(request), client=client[:_LONGEST_CLIENT])


def client_ip(request: HttpRequest) -> str:
    """
    The address that a request came from.

    Behind settings.NUM_PROXIES proxies of ours it is the one that the outermost of them wrote down:
    each adds on the right of X-Forwarded-For, and what stands further left is anybody's word.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if not 0 < settings.NUM_PROXIES <= len(hops):
        return nearest
    return _address(hops[-settings.NUM_PROXIES].strip()) or nearest


def _address(text: str) -> str:
    """The IP address in this text, which may have a port; empty if there is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


class CorrelationFilter(logging.Filter):
    """Puts the id on every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = correlation_id() or "-"
        return True
