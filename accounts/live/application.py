"""The events process: an ASGI application that serves server-sent events and nothing else."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
)

from accounts.live.access import visitor
from accounts.live.asking import Header, StreamRequest, TooManyStreams
from accounts.live.feed import Feed, NothingMore, Stream
from accounts.live.hub import Hub
from core.correlation import correlated
from core.errors import DomainError

logger = logging.getLogger(__name__)

MOST_STREAMS = 5000  # a process
RETRY = 2000  # milliseconds until a browser connects again

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
# The status, headers and body that tell of a refusal.
Tell = Callable[[Exception], tuple[int, Mapping[str, str], bytes]]


class LiveEvents:
    """
    Streams of server-sent events (WHATWG HTML, 9.2), each served by the feed whose path it is.

    Signed in by the session cookie or an API token. A stream ends with its sign-in.
    """

    def __init__(self, feeds: Sequence[Feed], tell: Tell) -> None:
        self._feeds = feeds
        self._tell = tell
        self._hub: Hub | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = StreamRequest(scope)
            with correlated(request.correlation_id):
                await self._answer(request, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._hub = Hub(self._feeds)
        work = asyncio.create_task(self._hub.run())
        work.add_done_callback(_end_process_if_broken)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: StreamRequest, receive: Receive, send: Send) -> None:
        to_page = False
        try:
            request.ensure_ours()
            to_page = True
            feed = self._feed_for(request)
            hub, stream = await self._admit(request, feed)
        except NothingMore:
            await _send_whole(204, request.reply_headers(to_page=to_page), b"", send)
        except (APIException, DomainError) as refusal:
            status, said, body = self._tell(refusal)
            told = [(name.lower().encode(), value.encode()) for name, value in said.items()]
            if isinstance(refusal, MethodNotAllowed):
                told.append((b"allow", b"GET"))
            await _send_whole(status, [*request.reply_headers(to_page=to_page), *told], body, send)
        else:
            await _serve(hub, feed, stream, request, receive, send)

    def _feed_for(self, request: StreamRequest) -> Feed:
        for feed in self._feeds:
            if feed.serves(request.path):
                if request.method != "GET":
                    raise MethodNotAllowed(request.method)
                return feed
        raise NotFound("There is nothing at this address.")

    async def _admit(self, request: StreamRequest, feed: Feed) -> tuple[Hub, Stream]:
        if self._hub is None:
            raise TooManyStreams
        stream = await self._hub.in_thread(_stream_for, request, feed)
        if len(self._hub) >= MOST_STREAMS:
            raise TooManyStreams
        return self._hub, stream


def _stream_for(request: StreamRequest, feed: Feed) -> Stream:
    found = visitor(request.headers)
    if found is None:
        raise _unknown(request)
    return feed.admit(request.path, *found, request.last_seen)


def _unknown(request: StreamRequest) -> APIException:
    refusal: APIException = NotAuthenticated()
    if "authorization" in request.headers:
        refusal = AuthenticationFailed(
            "The token is unknown, expired or revoked.", code="invalid_token"
        )
    refusal.auth_header = 'Bearer realm="imprimatur"'  # type: ignore[attr-defined]
    return refusal


async def _serve(
    hub: Hub, feed: Feed, stream: Stream, request: StreamRequest, receive: Receive, send: Send
) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *request.reply_headers(to_page=True),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send(_piece(f"retry: {RETRY}\n\n".encode()))
    watch = asyncio.create_task(_end_with_client(stream, receive))
    circle = hub.circle(feed)
    circle.add(stream)
    try:
        while chunk := await stream.next():
            await send(_piece(chunk))
            if stream.behind:
                circle.stir([stream.topic])
        await send({"type": "http.response.body", "body": b""})
    finally:
        circle.remove(stream)
        watch.cancel()


def _end_process_if_broken(work: "asyncio.Task[None]") -> None:
    # Better a new process than streams that stay open and silent.
    if not work.cancelled() and work.exception() is not None:
        logger.critical("The live streams broke.", exc_info=work.exception())
        signal.raise_signal(signal.SIGTERM)


async def _send_whole(status: int, headers: list[Header], body: bytes, send: Send) -> None:
    if status != 204:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _end_with_client(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
