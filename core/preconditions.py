"""Entity tags: "only if it is still what I saw" (RFC 9110, section 13)."""

import hashlib
from typing import Any

from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import PreconditionFailed


def entity_tag(*facts: object) -> str:
    """
    A strong tag over all facts that the answer shows, such as an id and a time of change.

    Strong, because If-Match compares strongly: a weak tag would never match there.
    """
    text = "\x1f".join(str(fact) for fact in facts)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tag_of(answer: Any) -> str:
    """The tag of an answer: over every byte of it."""
    return entity_tag(JSONRenderer().render(answer))


def require_match(request: Request, tag: str) -> None:
    """Go on only if If-Match is absent, `*` or holds the tag. Raises PreconditionFailed."""
    condition = request.headers.get("If-Match")
    if condition is None or condition.strip() == "*" or tag in parse_etags(condition):
        return
    raise PreconditionFailed("This has changed since you last looked at it. Load it again.")


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has what this tag stands for, so that `tagged` will answer 304."""
    known = [t.removeprefix("W/") for t in parse_etags(request.headers.get("If-None-Match", ""))]
    return tag in known or "*" in known


def tagged(request: Request, response: Response, tag: str) -> Response:
    """The response with its ETag, or 304 without a body when the caller has it already."""
    if is_known(request, tag):
        response = Response(status=status.HTTP_304_NOT_MODIFIED)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
