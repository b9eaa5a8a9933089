"""How requests travel: connections that are kept, nothing of the environment, limits on answers."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpcore2
import httpx2
from django.conf import settings

from aiqueries.bridges.providers.openai.watching import Backend
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble

CONNECT_TIMEOUT = 5.0  # seconds
WRITE_TIMEOUT = 10.0  # seconds
MOST_SILENCE = 60.0  # seconds between two bytes; models that think first say nothing for long
CONNECTIONS = 64
# Shorter than servers wait (llama.cpp: 5), so that no request meets a connection's end.
KEEP_ALIVE = 4.0  # seconds
LARGEST_REFUSAL = 64 * 1024  # bytes read of an answer that says no

# What else the SDK would send is about this machine, or comes from variables that it reads itself.
_HEADERS = {
    *("host", "accept", "accept-encoding", "connection", "content-type", "content-length"),
    *("authorization", "user-agent", "idempotency-key", "x-client-request-id"),
}
_SILENT = "Server disconnected"  # how httpcore begins to say so

TIMEOUT = httpx2.Timeout(
    connect=CONNECT_TIMEOUT, read=MOST_SILENCE, write=WRITE_TIMEOUT, pool=CONNECT_TIMEOUT
)


def client() -> httpx2.Client:
    """A client for any number of threads: no proxies, no redirects, no variables."""
    return httpx2.Client(
        transport=Transport(), timeout=TIMEOUT, trust_env=False, follow_redirects=False
    )


class Transport(httpx2.BaseTransport):
    """HTTP/1.1 over watched connections. Raises ProviderError and nothing else."""

    def __init__(self) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=settings.OUTGOING_CA_FILE or None),
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        with _troubles(begun=False):
            answer = self._pool.handle_request(_core(request))
        headers = httpx2.Headers(answer.headers)
        if headers.get("content-encoding", "identity") != "identity":
            answer.close()  # nobody asked for it, and a little of it may be a lot
            raise ProviderError(Trouble.MALFORMED)
        return httpx2.Response(
            answer.status,
            headers=headers,
            stream=_Body(answer, LARGEST_REFUSAL if answer.status >= 300 else None),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The answer's bytes, not more than `most` of them."""

    def __init__(self, answer: httpcore2.Response, most: int | None) -> None:
        self._answer = answer
        self._most = most

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        with _troubles(begun=True):
            for chunk in self._answer.iter_stream():
                yield chunk
                seen += len(chunk)
                if self._most is not None and seen > self._most:
                    return

    def close(self) -> None:
        self._answer.close()


def _core(request: httpx2.Request) -> httpcore2.Request:
    url = request.url
    stream = request.stream
    assert isinstance(stream, Iterable)  # noqa: S101 (a client that is not async makes no other)
    return httpcore2.Request(
        request.method,
        httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=[pair for pair in request.headers.raw if pair[0].lower().decode() in _HEADERS],
        content=stream,
        extensions=request.extensions,
    )


# The most exact come first.
_KINDS: Mapping[type[Exception], tuple[Trouble, Trouble]] = {
    httpcore2.ConnectTimeout: (Trouble.UNREACHABLE, Trouble.UNREACHABLE),
    httpcore2.ConnectError: (Trouble.UNREACHABLE, Trouble.UNREACHABLE),
    httpcore2.PoolTimeout: (Trouble.UNREACHABLE, Trouble.UNREACHABLE),
    httpcore2.TimeoutException: (Trouble.TIMED_OUT, Trouble.TIMED_OUT),
    httpcore2.NetworkError: (Trouble.TRANSIENT, Trouble.TRUNCATED),
    httpcore2.RemoteProtocolError: (Trouble.MALFORMED, Trouble.TRUNCATED),
    httpcore2.ProtocolError: (Trouble.TRANSIENT, Trouble.TRUNCATED),
}


@contextmanager
def _troubles(*, begun: bool) -> Iterator[None]:
    """Say in our words what went wrong; `begun` if the answer had."""
    try:
        yield
    except tuple(_KINDS) as error:
        before, meanwhile = next(kinds for each, kinds in _KINDS.items() if isinstance(error, each))
        if begun:
            raise ProviderError(meanwhile) from None
        if str(error).startswith(_SILENT):
            raise ProviderError(Trouble.TRANSIENT) from None
        raise ProviderError(before, _certificate(error)) from None


def _certificate(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "The certificate of the AI provider is not valid."
    return ""
