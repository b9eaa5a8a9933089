"""A beat too many, as when a deployment runs two for a while, changes nothing but the load."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from approvals import services
from approvals.models import ApprovalTask
from audit.models import Change, Entry
from audit.services import seal_events
from config.celery import app
from outbox.models import Event
from tests.approvals.conftest import CONTENT, make_overdue
from workflows.models import HistoryEvent

pytestmark = pytest.mark.django_db(transaction=True)

PERIODIC = sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()})
BEATS = 4
app.loader.import_default_modules()


def at_once(work):
    """Do this in several threads that begin together; raises what any of them raises."""
    barrier = Barrier(BEATS)

    def run():
        try:
            barrier.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(BEATS) as pool:
        for result in [pool.submit(run) for _ in range(BEATS)]:
            result.result(timeout=60)


@pytest.fixture
def overdue(ben, asha, deliver_all):
    """Requests whose workflows wait for Asha, who let the time run out."""
    requests = [
        services.submit_request(
            content=CONTENT.__class__.checked(
                question_text=f"What is 2 + {number}?", options=["3", "4"], correct_answer="4"
            ),
            assigned_to=asha.email,
            policy=None,
            actor=ben,
        )
        for number in range(8)
    ]
    deliver_all()
    for task in ApprovalTask.objects.all():
        make_overdue(task)
    return requests


@pytest.mark.parametrize("name", PERIODIC)
def test_a_periodic_task_may_run_several_times_at_once(name, overdue):
    at_once(app.tasks[name])


def test_what_beats_do_together_is_done_once(overdue, deliver_all):
    for name in PERIODIC:
        at_once(app.tasks[name])
    deliver_all()
    record_what_happened()

    assert {request.status for request in fresh(overdue)} == {"EXPIRED"}
    assert Event.objects.filter(name="approvals.task_expired").count() == len(overdue)
    assert Event.objects.filter(name="approvals.request_closed").count() == len(overdue)
    assert HistoryEvent.objects.filter(type="ExecutionFailed").count() == len(overdue)
    assert not Change.objects.exists()
    assert {str(each) for each in Event.objects.values_list("uuid", flat=True)} <= {
        str(each) for each in Entry.objects.values_list("event_id", flat=True)
    }


def record_what_happened():
    """Several at once, until no transaction of another test process holds them back."""
    for _ in range(500):
        at_once(seal_events)
        sealed = Entry.objects.filter(event_id__in=Event.objects.values("uuid"))
        if sealed.count() == Event.objects.count() and not Change.objects.exists():
            return
        time.sleep(0.02)


def fresh(requests):
    for request in requests:
        request.refresh_from_db()
    return requests
