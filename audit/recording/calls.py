"""Requests to the server, as far as the trail tells of them."""

import re
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.events.calls import AccessRefused, CallFailed, CallRefused, TrailRead
from audit.recording.masking import MASK
from core.idempotency import REPLAYED

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# Refusals that have no code of their own.
_CODES = {
    400: "malformed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_error",
    429: "throttled",
}
_KINDS = {"sequence": "entry", "name": "execution"}
_TRAIL = re.compile(r"(api/v1/)?audit/(?!verify|keys/|seals/)|admin/audit/")
# What is chosen or copied there; anything else may be the name of a person.
_CHOSEN = {"action", "subject", "request_id", "kind", "object", "outcome", "since", "until"}
_CHOSEN |= {"scheme", "workflow_id", "step_id", "at", "format", "people_only"}


def refused(
    request: HttpRequest, response: HttpResponse, codes: list[str]
) -> AccessRefused | CallRefused | None:
    """What to tell of an answer that says no; None for one that does not, or said so before."""
    status = response.status_code
    if response.get(REPLAYED) or (status < HTTPStatus.BAD_REQUEST and not codes):
        return None
    about = _about(request, response)
    code = _code(response, codes)
    if status == HTTPStatus.FORBIDDEN or code == "invalid_token":
        return AccessRefused(**about, code=code)
    if status == HTTPStatus.NOT_FOUND and about["object_id"]:
        return AccessRefused(**about, code=code)
    return None if request.method in SAFE else CallRefused(**about, code=code)


def failed(request: HttpRequest, response: HttpResponse, failure: Exception) -> CallFailed:
    return CallFailed(**_about(request, response), error=type(failure).__name__)


def trail_read(request: HttpRequest, response: HttpResponse) -> TrailRead | None:
    """Whether the answer shows something of the trail, and what was asked for."""
    match = request.resolver_match
    if match is None or request.method not in SAFE or not _TRAIL.match(match.route):
        return None
    if response.status_code != HTTPStatus.OK:
        return None
    kind, thing = _thing(request)
    asked = {name: _shown(name, value) for name, value in request.GET.dict().items() if value}
    return TrailRead(
        place=match.view_name or match.route, object_kind=kind, object_id=thing, asked=asked
    )


def _about(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    kind, thing = _thing(request)
    return {
        "method": request.method or "",
        "route": request.resolver_match.route if request.resolver_match else "",
        "http_status": response.status_code,
        "object_kind": kind,
        "object_id": thing,
    }


def _thing(request: HttpRequest) -> tuple[str, str]:
    """The thing that the address names: the kind and id of the last part that names one."""
    match = request.resolver_match
    if match and {"kind", "thing"} <= set(match.kwargs):
        return str(match.kwargs["kind"])[:40], str(match.kwargs["thing"])[:255]
    for name, value in reversed(list(match.kwargs.items()) if match else []):
        if name in _KINDS:
            return _KINDS[name], str(value)[:255]
        if name.endswith("_id") and name != "object_id":
            return name.removesuffix("_id"), str(value)[:255]
    return "", ""


def _code(response: HttpResponse, codes: list[str]) -> str:
    data = getattr(response, "data", None)
    if isinstance(data, dict) and isinstance(data.get("code"), str):
        return str(data["code"])
    return ",".join(codes)[:200] or _CODES.get(response.status_code, "refused")


def _shown(name: str, value: object) -> str:
    return str(value)[:100] if name in _CHOSEN else MASK
