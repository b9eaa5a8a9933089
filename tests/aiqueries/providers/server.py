"""A server on this machine that answers as AI providers do, and as they had better not."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECES = ("Paris ", "is ", "the ", "capital.")
TEXT = "".join(PIECES)
USAGE = {"input_tokens": 12, "output_tokens": 5, "total_tokens": 17}


def event(name, **members):
    """One server-sent event, as the Responses API writes it."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **members})}\n\n".encode()


def delta(text):
    return event("response.output_text.delta", delta=text, item_id="m", output_index=0)


def last(name="response.completed", *, usage=USAGE, **members):
    """The event that ends an answer."""
    response = {"id": "resp_1", "model": "gpt-tiny-2026-01-01", "usage": usage, **members}
    return event(name, response={"object": "response", "output": [], **response})


def answer(*, usage=USAGE):
    """A whole answer."""
    return [event("response.created", response={}), *map(delta, PIECES), last(usage=usage)]


@dataclass
class Call:
    """What came in, and the line it came on."""

    handler: BaseHTTPRequestHandler
    headers: Message
    body: dict

    def head(self, status=200, *, kind="text/event-stream", **headers):
        """Begin an answer; its end is the end of the connection, or a chunk of nothing."""
        handler = self.handler
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("x-request-id", "req_1")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    def say(self, data):
        self.raw(b"%x\r\n%s\r\n" % (len(data), data))

    def raw(self, data):
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def end(self):
        self.raw(b"0\r\n\r\n")

    def stream(self, events, *, pause=0.0):
        self.head()
        for each in events:
            self.say(each)
            time.sleep(pause)
        self.end()

    def refuse(self, status, error=None, **headers):
        self.head(status, kind="application/json", **headers)
        self.say(json.dumps({"error": {"message": "echo of the prompt", **(error or {})}}).encode())
        self.end()

    def hang_up(self, *, reset=False):
        """Close the connection, in the middle of whatever it was."""
        self.handler.close_connection = True
        if reset:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.handler.connection.setsockopt(1, 13, linger)  # SOL_SOCKET, SO_LINGER
        with suppress(OSError):
            self.handler.connection.close()

    def wait_for_hang_up(self, seconds=10):
        """Say nothing until the caller has gone."""
        self.handler.connection.settimeout(seconds)
        with suppress(OSError):
            while self.handler.connection.recv(4096):
                pass
        self.handler.server.hung_up.set()
        self.handler.close_connection = True


@dataclass
class Log:
    """What a server saw."""

    url: str
    calls: list = field(default_factory=list)
    connections: list = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Whoever hangs up on us is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def setup(self):
        super().setup()
        self.server.log.connections.append(self.client_address)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        call = Call(self, self.headers, json.loads(self.rfile.read(length)))
        self.server.log.calls.append(call)
        self.server.behave(call)

    def log_message(self, *args):
        pass


@contextmanager
def serving(behave, tls=None):
    """A server on a free port that treats each call so, for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.behave = behave
    server.log = Log(f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/v1")
    server.hung_up = server.log.hung_up
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.log
    finally:
        server.shutdown()
        server.server_close()
