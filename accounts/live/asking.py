"""What a page or program asks the events process for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rest_framework.exceptions import APIException, PermissionDenied

from accounts.live.access import host_is_ours, origin_is_ours
from core.correlation import accepted_id
from core.errors import Malformed

Header = tuple[bytes, bytes]


class TooManyStreams(APIException):
    """This process can keep no more streams open."""

    status_code = 503
    default_code = "too_many_streams"
    default_detail = "Too many streams are open here. Try again in a moment."


@dataclass(frozen=True)
class StreamRequest:
    """One HTTP request, as ASGI 3 tells of it."""

    scope: dict[str, Any]

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @cached_property
    def headers(self) -> dict[str, str]:
        """By names in lower case."""
        return {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in self.scope["headers"]
        }

    @cached_property
    def correlation_id(self) -> str:
        return accepted_id(self.headers.get("x-request-id", ""))

    @property
    def last_seen(self) -> int | None:
        """The position that Last-Event-ID names; None where it names none."""
        written = self.headers.get("last-event-id", "")
        known = written.isascii() and written.isdigit() and len(written) < 19
        return int(written) if known else None

    def ensure_ours(self) -> None:
        """Raises Malformed for another host, PermissionDenied for another's page."""
        host, origin = self.headers.get("host", ""), self.headers.get("origin", "")
        if not host_is_ours(host):
            raise Malformed("The request cannot be understood.")
        if origin and not origin_is_ours(origin, host):
            raise PermissionDenied("Pages of other sites may not read this.")

    def reply_headers(self, *, to_page: bool) -> list[Header]:
        """Those of any answer; `to_page` lets the page that asks read it."""
        own = [(b"x-request-id", self.correlation_id.encode())]
        if not to_page:
            return own
        own.append((b"vary", b"Origin, Cookie, Authorization"))
        if origin := self.headers.get("origin", ""):
            own.append((b"access-control-allow-origin", origin.encode("latin-1")))
            own.append((b"access-control-allow-credentials", b"true"))
        return own
