"""AWS IoT as its documentation says: POST /topics/NAME?qos=1 with the message as the body."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Topics:
    """A server that keeps what is published; `refuses` are topics that it answers 403."""

    def __init__(self):
        self.published = []
        self.refuses = set()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = urlsplit(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                topic = unquote(asked.path).removeprefix("/topics/")
                assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256")
                assert parse_qs(asked.query)["qos"] == ["1"]
                self.answer(*outer.take(topic, json.loads(body)))

            def answer(self, status, said):
                text = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                if status != 200:
                    self.send_header("x-amzn-ErrorType", "ForbiddenException")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, topic, message):
        with self._lock:
            if topic in self.refuses:
                return 403, {"message": "Forbidden"}
            self.published.append((topic, message))
            return 200, {"message": "OK", "traceId": "0"}

    def of(self, person):
        """What was published to this person's topic, in order."""
        return [said for topic, said in self.published if topic == f"notifications-{person.pk}"]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
