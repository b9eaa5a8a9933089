"""Telling once that a budget is nearly spent, and that it is."""

from decimal import Decimal

from aiqueries.models import Account
from aiqueries.services import budgets
from outbox.models import Event
from tests.aiqueries.money.conftest import budget, reserve


def told(name):
    return [event.payload for event in Event.objects.filter(name=f"aiqueries.{name}")]


def test_nothing_is_told_below_80_per_cent(ask):
    budget(1)

    for _ in range(7):
        reserve(ask())

    assert told("budget_nearly_spent") == []


def test_at_80_per_cent_it_is_told_once(ask):
    whole = budget(1)

    for _ in range(9):
        reserve(ask())

    assert told("budget_nearly_spent") == [
        {
            "budget_id": whole.pk,
            "scope": "WHOLE",
            "whose_id": "",
            "period": "DAY",
            "starts_on": str(Account.objects.get().starts_on),
            "amount": "1.00",
            "spent": "0.80000000",
            "per_cent": 80,
            "recipient_ids": [],
        }
    ]
    assert Account.objects.get().warned_at is not None
    assert told("budget_spent") == []


def test_at_100_per_cent_it_is_told_once(ask):
    budget(1)

    queries = [ask() for _ in range(10)]
    for query in queries:
        reserve(query)
    for query in queries:
        budgets.settle(query, cost=Decimal("0.1"))

    assert [event["per_cent"] for event in told("budget_spent")] == [100]
    assert len(told("budget_nearly_spent")) == 1


def test_whoever_hears_that_nothing_is_left_need_not_hear_that_little_is(ask, ben):
    own = budget("0.10", "EACH_PERSON")

    reserve(ask())

    assert told("budget_nearly_spent") == []
    assert [(one["budget_id"], one["whose_id"]) for one in told("budget_spent")] == [
        (own.pk, str(ben.pk))
    ]
    assert Account.objects.get().warned_at is not None


def test_an_empty_budget_is_not_told_of(ask):
    budget(0)

    reserve(ask(), "free")

    assert told("budget_spent") == []


def test_administrators_are_told_of_every_budget(ask, admin_person):
    budget("0.10")

    reserve(ask())

    (event,) = told("budget_spent")
    assert event["recipient_ids"] == [str(admin_person.pk)]


def test_whose_budget_it_is_is_told_first(ask, ben, admin_person):
    budget("0.10", "EACH_PERSON")

    reserve(ask())

    (event,) = told("budget_spent")
    assert event["recipient_ids"] == [str(ben.pk), str(admin_person.pk)]
