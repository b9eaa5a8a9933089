"""A receiver of webhooks, and endpoints that lead to it."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from notifications.models import Endpoint, Message
from notifications.services import endpoints
from outbox.models import Delivery
from tests.notifications import conftest

NOBODY = "00000000-0000-4000-8000-000000000009"
CLOSED = replace(conftest.CLOSED, requester_id=NOBODY)


class Taker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, *says = self.server.answers.pop(0) if self.server.answers else (200,)
        self.server.got.append((dict(self.headers), body))
        self.send_response(status)
        for headers in says:
            for name, value in headers.items():
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def taker():
    """Answers 200, unless `answers` has (status,) or (status, headers) for the next ones."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.got, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hooks/receiver"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint_of(taker):
    """An endpoint of somebody's that leads to the receiver; `.known` is its secret."""

    def make(person, *, organisation=False, dialect="STANDARD", kinds=(), name="Bridge", url=""):
        endpoint, secret = endpoints.create_endpoint(
            person=person,
            of_organisation=organisation,
            name=name,
            format=Endpoint.Format(dialect),
            url=url or taker.url,
            kinds=kinds,
        )
        endpoint.known = secret
        return endpoint

    return make


@pytest.fixture
def organisations(endpoint_of, admin_person):
    """An endpoint of the organisation's."""
    return endpoint_of(admin_person, organisation=True)


def said(taker):
    """The bodies that the receiver got."""
    return [json.loads(body) for _, body in taker.got]


def now_due(deliver_all):
    """Let every wait be over: what is to be tried again is tried now."""
    Endpoint.objects.update(wait_until=None)
    Delivery.objects.filter(status="WAITING").update(due_at=timezone.now())
    deliver_all()


def messages():
    return list(Message.objects.order_by("created_at", "id"))
