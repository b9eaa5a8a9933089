"""What becomes of what was held back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from aiqueries.models import Account, Budget, Debit, Price
from aiqueries.services import budgets
from tests.aiqueries.money.conftest import budget, reserve, standing

TENTH = Decimal("0.1")
COST = Decimal("0.03")
EVENING = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


def test_what_it_cost_is_spent_and_the_rest_is_free(ask):
    whole = budget(1)
    query = ask()
    reserve(query)

    budgets.settle(query, cost=COST)

    assert standing(whole) == (0, COST)
    debit = Debit.objects.get()
    assert (debit.reserved, debit.amount) == (0, COST)
    assert debit.settled_at is not None


def test_the_second_time_changes_nothing(ask):
    whole = budget(1)
    query = ask()
    reserve(query)
    budgets.settle(query, cost=COST)
    before = Debit.objects.get().settled_at

    budgets.settle(query, cost=TENTH)

    assert standing(whole) == (0, COST)
    assert (Debit.objects.get().amount, Debit.objects.get().settled_at) == (COST, before)


def test_what_was_never_sent_needs_no_debit(ask):
    budgets.settle(ask(), cost=Decimal(0))

    assert not Debit.objects.exists()


def test_what_cost_more_than_was_held_back_is_spent_all_the_same(ask):
    whole = budget("0.10")
    query = ask()
    reserve(query)

    budgets.settle(query, cost=2 * TENTH)

    assert standing(whole) == (0, 2 * TENTH)


def test_what_is_given_back_can_be_held_back_again(ask):
    whole = budget("0.10")
    query = ask()
    reserve(query)

    budgets.release(query)

    assert standing(whole) == (0, 0)
    assert Debit.objects.get().settled_at is None
    assert reserve(query) == TENTH


def test_a_lost_call_counts_once(ask):
    whole = budget(1)
    query = ask()
    reserve(query)

    budgets.count_lost(query, TENTH)
    budgets.count_lost(query, TENTH)

    assert standing(whole) == (0, TENTH)
    assert Debit.objects.get().amount == TENTH


def test_a_call_after_a_lost_one_adds_to_the_same_debit(ask):
    whole = budget(1)
    query = ask()
    reserve(query)
    budgets.count_lost(query, TENTH)
    reserve(query)

    budgets.settle(query, cost=COST)

    assert standing(whole) == (0, TENTH + COST)
    assert Debit.objects.get().amount == TENTH + COST


def test_what_ends_after_lost_calls_keeps_their_cost(ask):
    query = ask()
    reserve(query)
    budgets.count_lost(query, TENTH)

    budgets.settle(query, cost=Decimal(0))

    assert Debit.objects.get().amount == TENTH


def test_it_counts_in_the_periods_in_which_it_was_held_back(ask):
    day, month = budget(1), budget(1, period="MONTH")
    query = ask()
    with time_machine.travel(EVENING, tick=False):
        reserve(query)
    with time_machine.travel(EVENING + timedelta(minutes=2), tick=False):
        budgets.settle(query, cost=COST)

    for one, start in ((day, "2026-11-30"), (month, "2026-11-01")):
        account = Account.objects.get(budget=one)
        assert (str(account.starts_on), account.spent, account.reserved) == (start, COST, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda budget: Budget.objects.update(amount=0),
        lambda budget: Budget.objects.update(is_active=False),
        lambda budget: budget.group.user_set.clear(),
    ],
    ids=["lowered", "switched off", "groups changed"],
)
def test_what_changed_meanwhile_does_no_harm(ask, ben, change):
    group = Group.objects.create(name="Authors")
    ben.groups.add(group)
    theirs = budget(1, "GROUP", group=group)
    query = ask()
    reserve(query)

    change(theirs)
    budgets.settle(query, cost=COST)

    assert standing(theirs) == (0, COST)


def test_a_budget_that_was_deleted_meanwhile_does_no_harm(ask, ben):
    group = Group.objects.create(name="Authors")
    ben.groups.add(group)
    budget(1, "GROUP", group=group)
    whole = budget(1)
    query = ask()
    reserve(query)

    group.delete()
    budgets.settle(query, cost=COST)

    assert standing(whole) == (0, COST)
    assert Debit.objects.get().amount == COST


def test_a_group_that_was_joined_meanwhile_bears_nothing(ask, ben):
    group = Group.objects.create(name="Authors")
    theirs = budget(1, "GROUP", group=group)
    query = ask()
    reserve(query)

    ben.groups.add(group)
    budgets.settle(query, cost=COST)

    assert standing(theirs) == (0, 0)


def test_a_call_is_priced_as_when_it_began(ask):

    began = timezone.now()
    Price.objects.create(
        provider="acme",
        model="dear",
        input_per_million=0,
        output_per_million=900,
        valid_from=began + timedelta(seconds=1),
    )

    cost = budgets.cost_of("acme", "dear", input_tokens=5, output_tokens=10, at=began)

    assert cost == Decimal("0.001")
