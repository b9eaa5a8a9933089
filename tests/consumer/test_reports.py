"""Reports on the queue `audit-trail`, on an emulator of SQS: the trail or the dead letters."""

import uuid

import pytest

from audit.consumers import take_reports
from core import queues
from core.queues import Queue
from outbox.models import Event
from tests.audit.test_reports import report
from tests.consumer.conftest import VISIBILITY, until

TRAIL = queues.terms("audit-trail")  # before the fixtures put others in their place


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(queues, "_terms", {"audit-trail": TRAIL})
    monkeypatch.setattr(queues, "_handlers", {"audit-trail": take_reports})
    return Queue(
        name="audit-trail", kind="messages", time_limit=2, visibility=VISIBILITY, receives=20
    )


def test_reports_come_in_and_malformed_messages_are_set_aside(letterbox, consuming):
    other = str(uuid.uuid4())
    letterbox.send(
        report(),
        report(id="117"),
        {"reports": [report(id=other), report(id=other)]},
        {"reports": [report(id=str(uuid.uuid4())), report(action="Sent!")]},
        {"reports": []},
        "no json",
    )

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert sorted(letterbox.reasons().values()) == [
        "Not JSON: Expecting value: line 1 column 1 (char 0)",
        "id must be a UUID.",
        "reports must be an array of 1 to 500 reports.",
        "reports[1]: action must be words_in_lower_case joined by dots.",
    ]
    reported = Event.objects.filter(name="audit.reported")
    assert {event.payload["report_id"] for event in reported} == {report()["id"], other}
    assert reported.count() == 2


def test_a_message_that_comes_twice_is_written_once(letterbox, consuming):
    letterbox.send(report(), report())

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert Event.objects.filter(name="audit.reported").count() == 1
    assert letterbox.dead() == []
