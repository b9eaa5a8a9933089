"""A real events process, and pages that listen to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class EventsServer:
    """gunicorn with the ASGI worker, as in production, on the tests' database."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        url = urlsplit(os.environ["DATABASE_URL"])
        database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "EVENTS_PORT": str(self.port),
            "EVENTS_HEARTBEAT": "0.3",
            "SECRET_KEY": settings.SECRET_KEY,
        }
        command = [
            *(sys.executable, "-m", "gunicorn", "config.asgi", f"--bind=127.0.0.1:{self.port}"),
            *("--worker-class=asgi", "--workers=1", "--log-level=warning", "--no-control-socket"),
            *("--graceful-timeout=1", "--preload", "--backlog=2048"),
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self):
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("The events process does not answer.")

    def worker(self):
        return psutil.Process(self.process.pid).children()[0]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


class Page:
    """An open EventSource. `cookies` as in the header; `event()` is the next that is no comment."""

    def __init__(self, server, cookies="", path="/events/", method="GET", **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers={"Cookie": cookies, **named})
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def message(self):
        """The next message's fields; a comment is under an empty name. None at the end."""
        fields = {}
        while line := self.response.readline().decode():
            if line == "\n":
                return fields
            name, _, value = line.rstrip("\n").partition(":")
            fields[name] = value.strip()
        return None

    def event(self, kind="notification"):
        while (message := self.message()) is not None:
            if message.get("event") == kind:
                return {"id": message.get("id"), **json.loads(message["data"])}
        return None

    def close(self):
        self.response.close()
        self.connection.close()
