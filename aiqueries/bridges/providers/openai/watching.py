"""
One call's limits, kept wherever bytes come in: its end, its size, and whether anybody wants to
stop.

A thread that waits for a silent socket sees nothing else, so it never waits for long.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore2

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble

LOOK_EVERY = 0.2  # seconds: how long a wish to stop may go unseen

_call: ContextVar["Call | None"] = ContextVar("ai_call", default=None)


@dataclass(kw_only=True)
class Call:
    """What is left of the time (of `time.monotonic`) and bytes that one call may take."""

    until: float
    bytes_left: int
    stop: Callable[[], bool]
    look_at: float = 0.0

    def look(self) -> None:
        """Raises ProviderError if the call must end now."""
        now = time.monotonic()
        if now > self.until:
            raise ProviderError(Trouble.TIMED_OUT)
        if now >= self.look_at:
            self.look_at = now + LOOK_EVERY
            if self.stop():
                raise ProviderError(Trouble.CANCELLED)

    def took(self, size: int) -> None:
        """Count bytes that came in. Raises ProviderError if they are too many."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise ProviderError(Trouble.TOO_LARGE)


@contextmanager
def watched(call: Call) -> Iterator[None]:
    """What this thread reads inside the block belongs to this call."""
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)


class Stream(httpcore2.NetworkStream):
    """A connection whose reader looks up now and then."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        call = _call.get()
        if call is None:
            return self._inner.read(max_bytes, timeout)
        silent_until = time.monotonic() + (timeout or LOOK_EVERY)
        while True:
            call.look()
            try:
                data = self._inner.read(max_bytes, LOOK_EVERY)
            except httpcore2.ReadTimeout:
                if time.monotonic() > silent_until:
                    raise
            else:
                call.took(len(data))
                return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore2.NetworkBackend):
    """Opens connections whose reading is watched."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        call = _call.get()
        if call is not None:
            call.look()
        inner = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return Stream(inner)
