"""How budgets stand for a person."""

from datetime import UTC, date, datetime
from decimal import Decimal

import time_machine
from django.contrib.auth.models import Group

from aiqueries.kinds import Period, Scope
from aiqueries.selectors.money import BudgetState, budget_state, price_of
from aiqueries.services import budgets
from tests.aiqueries.money.conftest import budget, reserve

TENTH = Decimal("0.1")


def test_without_budgets_there_is_nothing_to_say(ben):
    assert budget_state(ben) == []


@time_machine.travel(datetime(2026, 12, 5, 9, tzinfo=UTC), tick=False)
def test_what_is_spent_held_back_and_left_is_said(ask, ben):
    whole = budget("0.25", period="MONTH")
    first = ask()
    reserve(first)
    budgets.settle(first, cost=Decimal("0.02"))
    reserve(ask())

    assert budget_state(ben) == [
        BudgetState(
            budget_id=whole.pk,
            scope=Scope.WHOLE,
            whose="The whole organisation",
            period=Period.MONTH,
            starts_on=date(2026, 12, 1),
            amount=Decimal("0.25"),
            spent=Decimal("0.02"),
            reserved=TENTH,
            left=Decimal("0.13"),
            resets_at=datetime(2027, 1, 1, tzinfo=UTC),
            warned=False,
        )
    ]
    assert budget_state(ben)[0].per_cent == 48


def test_ones_own_comes_first_and_others_are_left_out(ben, asha):
    group, foreign = Group.objects.create(name="Authors"), Group.objects.create(name="Others")
    ben.groups.add(group)
    budget(1)
    budget(1, "GROUP", group=group)
    budget(1, "GROUP", group=foreign)
    budget(1, "PERSON", person=asha)
    budget(1, "EACH_PERSON")

    assert [one.whose for one in budget_state(ben)] == [
        "You",
        "The group “Authors”",
        "The whole organisation",
    ]


def test_others_spending_is_not_in_what_each_person_has(ask, ben, asha):
    budget(1, "EACH_PERSON")
    reserve(ask(asha))

    assert [one.left for one in budget_state(ben)] == [1]
    assert [one.left for one in budget_state(asha)] == [Decimal("0.9")]


def test_a_new_day_starts_with_all_of_it(ask, ben):
    budget("0.10")
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        reserve(ask())
        assert (budget_state(ben)[0].left, budget_state(ben)[0].warned) == (0, True)

    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        assert (budget_state(ben)[0].left, budget_state(ben)[0].warned) == (TENTH, False)


def test_a_budget_that_was_lowered_has_nothing_left(ask, ben):
    whole = budget(1)
    reserve(ask())
    whole.amount = 0
    whole.save()

    assert (budget_state(ben)[0].left, budget_state(ben)[0].per_cent) == (0, 100)


def test_it_takes_two_statements(ask, ben, django_assert_num_queries):
    group = Group.objects.create(name="Authors")
    ben.groups.add(group)
    budget(1)
    budget(1, "GROUP", group=group)
    reserve(ask())

    with django_assert_num_queries(2):
        budget_state(ben)


def test_a_price_is_found_or_none():
    assert price_of("acme", "dear").output_per_million == 100
    assert price_of("acme", "unheard-of") is None
