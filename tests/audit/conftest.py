import time
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import connection, transaction

from audit.models import Entry
from audit.selectors import record_of
from audit.services import seal_events
from core.actor import Actor
from outbox.events import DomainEvent
from outbox.models import Event
from outbox.publishing import publish_all

ASHA = Actor(id="b6b7e0cc-3f0f-4d4f-8b60-000000000001", label="Asha Rao")


@dataclass(frozen=True, kw_only=True)
class SealBroken(DomainEvent):
    """An event that the trail has no sentence for."""

    name: ClassVar[str] = "tests.seal_broken"

    number: int = 0
    body: str = ""
    task_token: str = ""


def happen(*events, actor=ASHA):
    """Publish these facts in a transaction of their own."""
    with transaction.atomic():
        return publish_all(events, actor=actor)


@pytest.fixture
def recorded(transactional_db):
    """Run the recorder until it has caught up with all that is committed; return the entries."""

    def run():
        for _ in range(1000):
            seal_events()
            if Entry.objects.count() == Event.objects.count():
                return [_with_record(entry) for entry in Entry.objects.named().order_by("sequence")]
            # Another test process's transaction holds the watermark back.
            time.sleep(0.01)
        pytest.fail(f"{Event.objects.count()} events, {Entry.objects.count()} entries.")

    return run


def _with_record(entry):
    entry.record = record_of(entry.sequence)
    entry.detail = entry.record["detail"]
    return entry


@pytest.fixture
def other_connection(transactional_db):
    """A second connection to the same database."""
    other = connection.copy()
    yield other
    other.close()
