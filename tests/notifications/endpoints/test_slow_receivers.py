"""In the real processes: who never answers holds up neither other receivers nor mails."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from tests.processes import Up

pytestmark = pytest.mark.slow
EVENTS = 40

# Run inside the product: endpoints of the organisation, then many events at once.
MAKE = """
from accounts.models import User
from notifications.models import Endpoint
from notifications.services import endpoints
admin = User.objects.filter(groups__name="administrators").order_by("pk").first()
for name, url in (("Slow", "{slow}"), ("Quick", "{quick}")):
    endpoints.create_endpoint(
        person=admin, of_organisation=True, name=name, format=Endpoint.Format.STANDARD, url=url,
        kinds=["approvals.task_assigned"],
    )
"""
HAPPEN = """
from uuid import uuid4
from django.db import transaction
from accounts.models import User
from approvals.events import TaskAssigned
from core.actor import SYSTEM
from outbox.publishing import publish_all
person = str(User.objects.filter(groups__name="assessors").order_by("pk").first().pk)
with transaction.atomic():
    publish_all(
        [
            TaskAssigned(
                task_id=str(uuid4()), request_id=str(uuid4()), question_id=str(uuid4()),
                question_title="Quiet", subject="Physics", requester_id=str(uuid4()),
                assessor_ids=[person], group="", stage=0, due_at="2030-01-01T00:00:00+00:00",
            )
            for _ in range({number})
        ],
        actor=SYSTEM,
    )
"""


class Tarpit:
    """Takes connections and says nothing."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/"
        self.open = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        with suppress(OSError):
            while True:
                self.open.append(self.server.accept()[0])


@pytest.fixture
def tarpit():
    pit = Tarpit()
    yield pit
    pit.server.close()
    for there in pit.open:
        there.close()


@pytest.fixture
def up(tmp_path):
    running = Up(tmp_path).start()
    yield running
    running.stop()


def test_who_never_answers_holds_up_nobody(up, tarpit, taker, tmp_path):
    made = up.manage("shell", "-c", MAKE.format(slow=tarpit.url, quick=taker.url))
    assert made.returncode == 0, made.stderr
    mails = len(list((tmp_path / "mailbox").glob("*")))

    happened = up.manage("shell", "-c", HAPPEN.format(number=EVENTS))
    began = time.monotonic()
    assert happened.returncode == 0, happened.stderr
    up.until(lambda: len(taker.got) >= EVENTS)
    up.until(lambda: len(list((tmp_path / "mailbox").glob("*"))) > mails)
    took = time.monotonic() - began

    assert took < 8, "longer than one of the slow ones takes to be given up"
    assert len({headers["webhook-id"] for headers, _ in taker.got}) == EVENTS
    assert 1 <= len(tarpit.open) <= 4
