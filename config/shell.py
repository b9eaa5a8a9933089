"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"events_url": events_url(request)}


def events_url(request: HttpRequest) -> str:
    """Where the page opens its live stream: a path, or in the local profile a port beside ours."""
    if not settings.EVENTS_PORT:
        return "/events/"
    host, _ = split_domain_port(request.get_host())
    return f"http://{host}:{settings.EVENTS_PORT}/events/"
