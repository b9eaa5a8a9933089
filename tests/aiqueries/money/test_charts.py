"""What charts of AI queries show."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from aiqueries.models import Query
from aiqueries.selectors.charts import Day, daily

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(ask):
    """A query asked then, and ended so many seconds later."""

    def one(at, status, seconds=0, cost=None, **whose):
        query = ask(**whose)
        ended = None if status in ("QUEUED", "RUNNING") else at + timedelta(seconds=seconds)
        Query.objects.filter(pk=query.pk).update(
            created_at=at, status=status, finished_at=ended, cost=cost
        )

    return one


def test_days_without_queries_are_there_too():
    assert daily(None, days=3) == [
        Day(date=date(2026, 11, 19)),
        Day(date=date(2026, 11, 20)),
        Day(date=date(2026, 11, 21)),
    ]


def test_a_day_counts_what_became_of_its_queries(asked):
    for status in ("SUCCEEDED", "FAILED", "EXPIRED", "CANCELLED", "QUEUED", "RUNNING"):
        asked(NOW, status, seconds=2, cost=Decimal("0.01"))

    assert daily(None, days=1) == [
        Day(
            date=date(2026, 11, 21),
            queries=6,
            answered=1,
            failed=2,
            cost=Decimal("0.06"),
            p50_ms=2000,
            p95_ms=2000,
        )
    ]


def test_times_are_those_of_half_and_of_nearly_all(asked):
    for seconds in range(1, 22):
        asked(NOW, "SUCCEEDED", seconds=seconds)

    assert (daily(None, days=1)[0].p50_ms, daily(None, days=1)[0].p95_ms) == (11_000, 20_000)


def test_a_day_begins_at_midnight_utc(asked):
    midnight = NOW.replace(hour=0)
    asked(midnight, "FAILED")
    asked(midnight - timedelta(seconds=1), "FAILED")

    assert [day.queries for day in daily(None, days=2)] == [1, 1]


def test_what_is_older_is_left_out(asked):
    asked(NOW - timedelta(days=2), "FAILED")

    assert sum(day.queries for day in daily(None, days=2)) == 0


def test_a_person_sees_their_own(asked, ben, asha):
    asked(NOW, "SUCCEEDED")
    asked(NOW, "SUCCEEDED", actor=asha)

    assert daily(ben, days=1)[0].queries == 1
    assert daily(None, days=1)[0].queries == 2


def test_it_takes_one_statement(asked, django_assert_num_queries):
    asked(NOW, "SUCCEEDED")

    with django_assert_num_queries(1):
        daily(None)
