"""The events process: an ASGI application that serves server-sent events and nothing else."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from notifications.live.access import Visitor, host_is_ours, origin_is_ours, visitor
from notifications.live.hub import Hub, Stream
from notifications.selectors import latest_position

logger = logging.getLogger(__name__)

PATH = "/events/"
MOST_STREAMS = 5000  # a process
RETRY = 2000  # milliseconds until a browser connects again

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class LiveEvents:
    """
    `GET /events/`: what is new for whoever the session cookie signs in (WHATWG HTML, 9.2).

    `event: notification` carries `{unread, title, url, id, handled, state}` of whatever is new or
    has changed; `event: unread` carries `{unread}` where there is nothing else to say. Ids of
    events are positions: `Last-Event-ID` replays what came or changed after it.
    """

    def __init__(self) -> None:
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._hub = Hub()
        work = asyncio.create_task(self._hub.run())
        work.add_done_callback(_end_process_if_broken)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        status, own = _refusal(scope, headers)
        if not status and self._hub is not None:
            found = await self._hub.in_thread(
                _admit, headers.get("cookie", ""), headers.get("last-event-id", "")
            )
            if found is None:
                status = 401
            elif len(self._hub) >= MOST_STREAMS:
                status = 503
            else:
                await self._stream(self._hub, Stream(*found), own, receive, send)
                return
        await _refuse(status or 503, own, send)

    async def _stream(
        self, hub: Hub, stream: Stream, own: list[tuple[bytes, bytes]], receive: Receive, send: Send
    ) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *own,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_piece(f"retry: {RETRY}\n\n".encode()))
        watch = asyncio.create_task(_end_with_client(stream, receive))
        hub.add(stream)
        try:
            while chunk := await stream.next():
                await send(_piece(chunk))
                if stream.behind:
                    hub.stir([stream.visitor.person_id])
            await send({"type": "http.response.body", "body": b""})
        finally:
            hub.remove(stream)
            watch.cancel()


def _end_process_if_broken(work: "asyncio.Task[None]") -> None:
    # Better a new process than streams that stay open and silent.
    if not work.cancelled() and work.exception() is not None:
        logger.critical("The live streams broke.", exc_info=work.exception())
        signal.raise_signal(signal.SIGTERM)


def _admit(cookies: str, last_event_id: str) -> tuple[Visitor, int] | None:
    """Who this is and the last position they have seen, or None for somebody unknown."""
    found = visitor(cookies)
    if found is None:
        return None
    latest = latest_position(found.person_id)
    known = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19
    return found, min(int(last_event_id), latest) if known else latest


def _refusal(scope: Scope, headers: dict[str, str]) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The status to refuse with, or 0; and the headers that let a page of ours read the answer."""
    host, origin = headers.get("host", ""), headers.get("origin", "")
    if not host_is_ours(host):
        return 400, []
    if origin and not origin_is_ours(origin, host):
        return 403, []
    own = [(b"vary", b"Origin, Cookie")]
    if origin:
        own += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    if scope["path"] != PATH:
        return 404, own
    if scope["method"] != "GET":
        return 405, [*own, (b"allow", b"GET")]
    return 0, own


async def _refuse(status: int, own: list[tuple[bytes, bytes]], send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0"), *own]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _end_with_client(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
