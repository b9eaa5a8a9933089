"""Who asked a model hears how it ended; who pays hears when little is left."""

from dataclasses import replace
from uuid import uuid4

import pytest

from aiqueries.events import (
    BudgetNearlySpent,
    BudgetUsedUp,
    QueryAnswered,
    QueryCancelled,
    QueryExpired,
    QueryFailed,
)
from notifications.models import Delivery, Notification
from tests.notifications.conftest import QUESTION

pytestmark = pytest.mark.django_db
QUERY = "00000000-0000-4000-8000-000000000004"
WHO = {"query_id": QUERY, "owner_id": "", "purpose": "ASK"}
ANSWERED = QueryAnswered(
    **WHO, provider="offline", model="parrot-1", cost="0.00000000", answer_digest="a" * 64
)
FAILED = QueryFailed(**WHO, code="over_budget", reason="The budget is spent.")
LOW = BudgetNearlySpent(
    budget_id=7,
    scope="WHOLE",
    whose_id="",
    period="MONTH",
    starts_on="2026-11-01",
    amount="10.00",
    spent="8.10000000",
    per_cent=81,
)
SPENT = BudgetUsedUp(**{**LOW.payload(), "spent": "10.00000000", "per_cent": 100})


def of(event, person, **fields):
    return replace(event, owner_id=str(person.pk), **fields)


def for_(event, *people, **fields):
    return replace(event, recipient_ids=[str(person.pk) for person in people], **fields)


@pytest.mark.parametrize(
    ("event", "title", "body"),
    [
        (ANSWERED, "Answered: your query", "The answer is there."),
        (FAILED, "Not answered: your query", "The budget is spent."),
        (QueryExpired(**WHO), "Not answered in time: your query", "No model answered in time."),
    ],
    ids=["answered", "failed", "expired"],
)
def test_whoever_asked_hears_how_it_ended(told, ben, event, title, body):
    told(of(event, ben))

    row = Notification.objects.get()
    assert (row.recipient, row.kind, row.title, row.body) == (ben, "QUERY_ENDED", title, body)
    assert (row.url, row.reason) == (f"/ai/queries/{QUERY}/", "You get this because you asked.")


def test_it_says_what_it_was_about_and_no_word_of_it(told, ben):
    told(of(ANSWERED, ben, question_id=QUESTION))
    told(of(ANSWERED, ben, query_id=str(uuid4()), customer_id=str(uuid4())))

    assert list(Notification.objects.order_by("id").values_list("title", flat=True)) == [
        "Answered: your query about a question",
        "Answered: your query about a customer",
    ]


def test_by_default_it_is_told_in_the_product_and_by_no_mail(told, ben):
    told(of(ANSWERED, ben))

    assert Notification.objects.unread().count() == 1
    assert not Delivery.objects.filter(channel="EMAIL").exists()


@pytest.mark.parametrize("purpose", ["REVIEW", "TEST"])
def test_what_the_product_or_a_test_run_asked_is_told_to_nobody(told, ben, purpose):
    told(of(ANSWERED, ben, purpose=purpose), replace(ANSWERED, purpose=purpose))

    assert not Notification.objects.exists()


def test_whoever_cancels_their_own_query_knows(told, ben):
    told(of(QueryCancelled(**WHO), ben), actor=ben.as_actor())

    assert not Notification.objects.exists()


def test_whose_query_somebody_else_cancelled_hears_who_did(told, ben, admin_person):
    told(of(QueryCancelled(**WHO), ben), actor=admin_person.as_actor())

    row = Notification.objects.get()
    assert (row.title, row.body) == ("Cancelled: your query", "Admin Admin cancelled it.")


def test_administrators_hear_that_little_is_left(told, admin_person):
    told(for_(LOW, admin_person))

    row = Notification.objects.get()
    assert (row.recipient, row.kind) == (admin_person, "BUDGET_LOW")
    assert row.title == "81 % spent: the organisation’s budget for AI queries"
    assert row.body == (
        "8.10 of 10.00 US dollars of this month. When nothing is left, only models that cost"
        " nothing answer."
    )
    assert row.reason == "You get this because you are an administrator."


def test_whose_budget_it_is_hears_it_as_theirs(told, ben, admin_person):
    told(for_(LOW, ben, admin_person, scope="EACH_PERSON", whose_id=str(ben.pk)))

    bens, admins = (Notification.objects.get(recipient=one) for one in (ben, admin_person))
    assert bens.title == "81 % spent: your budget for AI queries"
    assert bens.reason == "You get this because the budget is yours."
    assert admins.title == "81 % spent: a person’s budget for AI queries"


def test_that_nothing_is_left_takes_the_place_of_that_little_is(told, admin_person):
    told(for_(LOW, admin_person))
    told(for_(SPENT, admin_person))

    row = Notification.objects.get()
    assert row.title == "Spent: the organisation’s budget for AI queries"
    assert row.times == 2
