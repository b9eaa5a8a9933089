"""A query from being asked to its answer, by the provider that needs no network."""

import pytest

from aiqueries import services
from aiqueries.content import digest_of
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Attempt, Debit, Query
from crm_sync.models import Customer
from outbox.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(ben, deliver_all):
    customer = Customer.objects.create(name="Northwind College", city="Leeds")
    services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)
    deliver_all()
    return Query.objects.get()


def test_a_query_is_answered(answered):
    assert answered.status == Status.SUCCEEDED
    assert "Northwind College" in answered.answer
    assert answered.answer_digest == digest_of(answered.answer)
    assert (answered.provider, answered.answered_by) == ("offline", "parrot-1")
    assert answered.input_tokens > 0
    assert answered.output_tokens > 0
    assert answered.cost == 0
    assert answered.created_at <= answered.started_at <= answered.finished_at


def test_its_one_call_is_written_down(answered):
    attempt = Attempt.objects.get()

    assert (attempt.number, attempt.turn, attempt.outcome) == (1, 1, Outcome.ANSWERED)
    assert (attempt.provider, attempt.model) == ("offline", "parrot-1")
    assert attempt.input_digest == answered.input_digest
    assert attempt.request_id == f"offline-{answered.pk}-1"
    assert attempt.cost == 0
    assert attempt.began_at <= attempt.first_text_at <= attempt.ended_at


def test_it_has_one_settled_debit(answered):
    debit = Debit.objects.get()

    assert debit.query == answered
    assert debit.settled_at is not None


def test_what_left_is_told_by_its_digest(answered):
    event = Event.objects.get(name="aiqueries.query_sent")

    assert event.payload["input_digest"] == answered.input_digest
    assert event.payload["outside"] is False
    assert event.payload["customer_fields"] == ["name", "city"]
    assert "Northwind" not in str(event.payload)


def test_the_answer_is_told_by_its_digest(answered, ben):
    event = Event.objects.get(name="aiqueries.query_answered")

    assert event.payload == {
        "query_id": str(answered.pk),
        "owner_id": str(ben.pk),
        "purpose": "ASK",
        "question_id": "",
        "customer_id": str(answered.customer_id),
        "provider": "offline",
        "model": "parrot-1",
        "cost": "0",
        "answer_digest": answered.answer_digest,
    }


def test_all_its_events_belong_to_the_request_that_asked(answered):
    events = Event.objects.filter(name__in=["aiqueries.query_sent", "aiqueries.query_answered"])

    assert {event.correlation_id for event in events} == {answered.correlation_id}


def test_each_change_has_a_number(answered):
    assert answered.position == 2
