import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from django.db import connection, transaction

from audit.models import Change, Entry
from audit.selectors import record_of
from audit.services import seal_events
from core.actor import Actor
from outbox.events import DomainEvent
from outbox.models import Event
from outbox.publishing import publish_all
from tests.audit.trail import forget_changes

ASHA = Actor(id="b6b7e0cc-3f0f-4d4f-8b60-000000000001", label="Asha Rao")


@dataclass(frozen=True, kw_only=True)
class SealBroken(DomainEvent):
    """An event that the trail has no sentence for."""

    name: ClassVar[str] = "tests.seal_broken"

    number: int = 0
    body: str = ""
    task_token: str = ""


def pytest_collection_modifyitems(items):
    """A test that commits has some sixty tables emptied after it: too slow for the fast part."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and _commits(item):
            item.add_marker(pytest.mark.slow)


def _commits(item):
    marker = item.get_closest_marker("django_db")
    by_marker = marker is not None and marker.kwargs.get("transaction", False)
    return by_marker or "transactional_db" in item.fixturenames


def happen(*events, actor=ASHA):
    """Publish these facts in a transaction of their own."""
    with transaction.atomic():
        return publish_all(events, actor=actor)


@pytest.fixture
def recorded(transactional_db):
    """
    Run the sealer until it has caught up with all that is committed; return the entries.

    Without `all_of_them`, only those of events: not those of rows that a fixture changed.
    """
    forget_changes()

    def run(*, all_of_them=False):
        for _ in range(1000):
            seal_events()
            events = set(Event.objects.values_list("uuid", flat=True))
            entries = Entry.objects.named().order_by("sequence")
            of_events = entries.filter(event_id__in=events)
            if of_events.count() == len(events) and not Change.objects.exists():
                return [_with_record(each) for each in (entries if all_of_them else of_events)]
            # Somebody else seals at this moment.
            time.sleep(0.01)
        pytest.fail(f"{len(events)} events, {of_events.count()} entries of them.")

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
