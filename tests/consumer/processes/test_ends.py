"""Consumers as processes: asked to stop, killed, and what they write into the log."""

import signal
import time
from uuid import uuid4

import pytest
from django.db import connection

from approvals import services
from approvals.models import ApprovalTask
from notifications.models import HandedIn
from notifications.services.handing_in import _LOCK
from outbox.models import FailedMessage
from tests.approvals.conftest import CONTENT
from tests.approvals.test_take_assignments import assignment
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.consumer.conftest import until
from tests.consumer.processes.conftest import consume
from tests.notifications.test_handing_in import notice

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held_up(transactional_db):
    """Nothing of the billing service is taken in until it is called."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext('billing'))", [_LOCK])

        def let_go():
            cursor.execute("SELECT pg_advisory_unlock_all()")

        yield let_go
        let_go()


def test_an_idle_consumer_ends_within_seconds(letterboxes, start):
    process = consume(start)
    began = time.monotonic()

    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    assert time.monotonic() - began < 20  # three on a machine with nothing else to do


def test_one_asked_to_stop_finishes_what_it_holds(letterboxes, start, asha, held_up):
    letterboxes["notifications"].send(notice())
    process = consume(start)
    wait_until_someone_waits_for_a_lock(30)

    process.send_signal(signal.SIGTERM)
    time.sleep(1)
    was_running = process.poll() is None
    held_up()

    assert process.wait(30) == 0
    assert was_running
    assert HandedIn.objects.count() == 1
    assert letterboxes["notifications"].left() == 0


def test_one_killed_between_handling_and_deleting_does_no_harm(letterboxes, start, asha, tmp_path):
    letterboxes["notifications"].send(notice())
    first = start("-m", "tests.consumer.processes.child", "2", str(tmp_path / "died"))
    assert first.wait(60) == -signal.SIGKILL
    assert HandedIn.objects.count() == 1
    assert letterboxes["notifications"].left() == 1

    start("-m", "tests.consumer.processes.child", "2")
    until(lambda: letterboxes["notifications"].left() == 0, 60)

    assert HandedIn.objects.count() == 1
    assert letterboxes["notifications"].dead_count() == 0


def test_several_consumers_share_the_work(letterboxes, start, asha):
    notices = [notice(id=str(uuid4())) for _ in range(60)]
    letterboxes["notifications"].send(*notices, *notices[:20])
    for _ in range(2):
        start("-m", "tests.consumer.processes.child", "20")

    until(lambda: letterboxes["notifications"].left() == 0, 60)

    assert HandedIn.objects.count() == 60
    assert letterboxes["notifications"].dead_count() == 0


def test_no_log_line_holds_a_token(letterboxes, start, asha, ben):
    good = services.submit_request(content=CONTENT, assigned_to=asha.email, actor=ben)
    other = uuid4()
    tokens = [f"{letter}-token-{uuid4().hex}" + letter * 900 for letter in "abcde"]
    letterboxes["approval-assignments"].send(
        assignment(good.pk, task_token=tokens[0]),
        assignment(other, task_token=tokens[1]),  # nobody knows this request
        assignment(good.pk, task_token=tokens[2], amount=1),
        assignment(good.pk, task_token=tokens[3], type=tokens[3]),
        f'{{"task_token": "{tokens[4]}", ',
    )

    process = consume(start, "approval-assignments", LOG_LEVEL="DEBUG")
    until(lambda: letterboxes["approval-assignments"].dead_count() == 3, 60)
    until(lambda: FailedMessage.objects.filter(dead_at=None).exists(), 60)
    process.send_signal(signal.SIGTERM)
    process.wait(30)

    assert ApprovalTask.objects.get(request=good).task_token == tokens[0]
    log = process.log.read_text(encoding="utf-8")
    assert "Handled " in log
    assert "ApprovalRequest matching query does not exist" in log
    said = log + "".join(FailedMessage.objects.values_list("reason", flat=True))
    assert [token for token in tokens if token[:40] in said] == []
