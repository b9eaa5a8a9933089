"""A worker takes a query for one call."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from aiqueries import services
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Attempt, Query
from aiqueries.services import running
from tests.aiqueries.life.conftest import SECOND, ends, reply, start

pytestmark = pytest.mark.django_db


def answer():
    told = reply()
    return running.Answer(
        text=told.text, model=told.model, input_tokens=1000, output_tokens=1000, request_id="r1"
    )


def test_a_waiting_query_is_taken(query):
    started = start(query)

    query.refresh_from_db()
    assert (query.status, query.turn, query.position) == (Status.RUNNING, 1, 1)
    assert query.started_at is not None
    assert (started.query_id, started.turn) == (query.pk, 1)
    assert (started.key, started.until) == (f"{query.pk}-1", query.expires_at)


def test_the_next_worker_takes_it_over(query):
    start(query)

    started = start(query, SECOND)

    assert started.turn == 2
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == [
        Outcome.LOST,
        Outcome.RUNNING,
    ]


def test_a_worker_that_goes_on_has_to_be_the_last_one(query):
    start(query)
    start(query)

    assert start(query, turn=1) is None
    assert Attempt.objects.count() == 2


@pytest.mark.parametrize("end", ["answer", "cancel", "expire"])
def test_what_has_ended_is_not_taken(query, ben, end):
    if end == "answer":
        running.succeed(start(query), answer())
    elif end == "cancel":
        services.cancel_query(query_id=query.pk, actor=ben)
    else:
        Query.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        services.sweep()

    before = Query.objects.values().get()
    assert start(query) is None
    assert Query.objects.values().get() == before


def test_what_is_cancelled_ends_instead(query, ben):
    start(query)
    services.cancel_query(query_id=query.pk, actor=ben)

    assert start(query) is None
    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert Attempt.objects.get().outcome == Outcome.LOST


def test_what_is_out_of_time_ends_instead(query):
    Query.objects.update(expires_at=timezone.now())

    assert start(query) is None
    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.EXPIRED, "expired")
    assert ends() == ["expired"]
    assert not Attempt.objects.exists()


def test_an_unknown_query_is_nobodys(query, providers):
    composed = None

    with pytest.raises(Query.DoesNotExist):
        running.start(uuid4(), route=SECOND, composed=composed)
