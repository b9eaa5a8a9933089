"""News of one execution in any order, doubled or overtaken, always leads to the same row."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection, transaction

from outbox.models import Event as Published
from tests.conftest import wait_until_someone_waits_for_a_lock
from workflows.models import Execution, HistoryEvent
from workflows.port import Sighting
from workflows.selectors import Description
from workflows.stepfunctions import mirror
from workflows.stepfunctions.events import Event
from workflows.stepfunctions.mirror import News

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def described(status="RUNNING", redrive_count=0, **fields):
    ended = status != "RUNNING"
    values = {
        "output": {"done": True} if status == "SUCCEEDED" else None,
        "error": "E" if status == "FAILED" else "",
        "cause": "",
        "stopped_at": NOON + timedelta(minutes=redrive_count + 1) if ended else None,
    }
    return Description(
        name="one",
        status=status,
        input={"a": 1},
        started_at=NOON,
        state="",
        redrive_count=redrive_count,
        **values | fields,
    )


def event(number, kind="TaskStateEntered", **details):
    return Event(
        number=number,
        previous=number - 1,
        type=kind,
        occurred_at=NOON + timedelta(seconds=number),
        details=details or {"name": f"S{number}"},
    )


def history(upto, last=None):
    events = [event(number) for number in range(1, upto + 1)]
    return [*events, event(upto + 1, last)] if last else events


RUNS = News(found=described(), events=history(3))
FAILED = News(found=described("FAILED"), events=history(4, "ExecutionFailed"))
AGAIN = News(found=described(redrive_count=1), events=history(6))
DONE = News(found=described("SUCCEEDED", 1), events=history(7, "ExecutionSucceeded"))


def published():
    return [
        event.payload["status"]
        for event in Published.objects.filter(name="workflows.execution_ended").order_by("id")
    ]


def row():
    return Execution.objects.get()


@pytest.mark.parametrize("order", list(permutations([RUNS, FAILED, AGAIN, DONE])), ids=range(24))
def test_whatever_the_order_the_row_is_where_the_last_news_says(order):
    for news in order:
        mirror.take([news])

    assert (row().status, row().redrive_count, row().output) == ("SUCCEEDED", 1, {"done": True})
    assert row().stopped_at == DONE.found.stopped_at
    assert published() in (["SUCCEEDED"], ["FAILED", "SUCCEEDED"])


@pytest.mark.parametrize("seed", range(30))
def test_doubled_and_shuffled_news_does_no_harm(seed):
    chance = random.Random(seed)
    heard = [RUNS, FAILED, AGAIN, DONE] * 3
    chance.shuffle(heard)

    for news in heard:
        mirror.take([news])

    assert row().status == "SUCCEEDED"
    assert published().count("SUCCEEDED") == 1
    assert published().count("FAILED") <= 1
    assert row().redrive_count == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_hear_of_the_same_end_at_once_announce_it_once():
    mirror.take([RUNS])

    def hear():
        try:
            mirror.take([FAILED])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            mirror.take([FAILED])
            other = pool.submit(hear)
            wait_until_someone_waits_for_a_lock()
        other.result(timeout=5)

    assert published() == ["FAILED"]
    assert HistoryEvent.objects.count() == 5


def test_an_end_stays_whatever_comes_late():
    mirror.take([FAILED])

    mirror.take([RUNS])

    assert (row().status, row().error) == ("FAILED", "E")
    assert published() == ["FAILED"]


def test_history_that_comes_late_is_kept_all_the_same():
    mirror.take([News(found=described("FAILED"), events=())])

    mirror.take([FAILED])

    assert HistoryEvent.objects.count() == 5
    assert published() == ["FAILED"]


def test_a_redrive_opens_the_row_again():
    mirror.take([FAILED])

    mirror.take([AGAIN])

    assert (row().status, row().error, row().stopped_at) == ("RUNNING", "", None)
    assert row().waiting_for == "ELSEWHERE"


def test_the_end_in_the_history_counts_where_the_description_lags_behind():
    ended = [*history(4), event(5, "ExecutionSucceeded", output='{"done":true}')]

    (found,) = mirror.take([News(found=described(), events=ended)])

    assert (found.status, found.output) == ("SUCCEEDED", {"done": True})
    assert row().stopped_at == ended[-1].occurred_at
    assert published() == ["SUCCEEDED"]


def test_overlapping_history_is_kept_once():
    mirror.take([RUNS])
    mirror.take([RUNS, FAILED][1:])

    numbers = HistoryEvent.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_the_state_is_the_last_that_was_entered():
    mirror.take([FAILED])

    assert row().state == "S4"


def test_of_an_end_all_is_known_once_its_last_event_is():
    mirror.take([News(found=described("FAILED"), events=history(4))])
    assert not mirror.is_final(row(), 0)

    mirror.take([FAILED])
    assert mirror.is_final(row(), 0)
    assert not mirror.is_final(row(), 1)


@pytest.mark.parametrize("news", [RUNS, AGAIN])
def test_of_what_runs_never_all_is_known(news):
    mirror.take([news])

    assert not mirror.is_final(row(), 0)


def sighting(state, second, name="one"):
    return Sighting(
        execution={"Name": name, "Input": {"a": 1}, "StartTime": NOON.isoformat()},
        state=state,
        entered_at=f"2026-11-21T12:00:{second:02d}.000Z",
    )


def test_a_message_tells_where_an_execution_is():
    mirror.began({"one": {"a": 1}}, {"one": NOON})

    mirror.notice([sighting("AssignToAssessor", 1)])

    assert row().state == "AssignToAssessor"


def test_a_message_that_came_before_the_answer_to_the_start_makes_the_row():
    mirror.notice([sighting("AssignToAssessor", 1)])

    (kept,) = mirror.began({"one": {"a": 1}}, {"one": NOON})

    assert Execution.objects.count() == 1
    assert (kept.state, kept.status, kept.input) == ("AssignToAssessor", "RUNNING", {"a": 1})
    assert kept.started_at == NOON


@pytest.mark.parametrize("together", [True, False])
def test_a_late_message_does_not_put_it_back(together):
    told = [sighting("AwaitRevision", 5), sighting("AssignToAssessor", 1)]

    for each in [told] if together else [[one] for one in told]:
        mirror.notice(each)

    assert row().state == "AwaitRevision"


def test_a_message_does_not_wake_what_has_ended():
    mirror.take([FAILED])

    mirror.notice([sighting("AssignToAssessor", 59)])

    assert (row().status, row().state) == ("FAILED", "S4")


def test_a_state_that_the_definition_does_not_have_is_not_noted():
    mirror.notice([sighting("Nowhere", 1)])

    assert not Execution.objects.exists()
