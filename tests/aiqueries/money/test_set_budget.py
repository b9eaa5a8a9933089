"""Saying how much may be spent."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from aiqueries.exceptions import BudgetNotFound, InvalidBudget
from aiqueries.models import Account, Budget
from aiqueries.services import budgets
from outbox.models import Event
from tests.aiqueries.money.conftest import reserve


def told(name):
    return [event.payload for event in Event.objects.filter(name=f"aiqueries.{name}")]


@pytest.fixture
def set_budget(admin_person):
    def set_it(amount, scope="WHOLE", period="DAY", **whose):
        return budgets.set_budget(
            scope=scope, period=period, amount=Decimal(amount), actor=admin_person, **whose
        )

    return set_it


def test_it_limits_from_then_on(set_budget, ben):
    made = set_budget("2.50", "PERSON", "MONTH", person=ben)

    assert list(Budget.objects.bearing(ben.pk)) == [made]
    assert told("budget_set") == [
        {
            "budget_id": made.pk,
            "scope": "PERSON",
            "whose_id": str(ben.pk),
            "period": "MONTH",
            "amount": "2.50",
        }
    ]


def test_the_same_ones_is_changed_and_what_is_spent_stays(set_budget, ask):
    made = set_budget(1)
    reserve(ask())

    assert set_budget(5) == made

    assert Account.objects.get().used == Decimal("0.1")
    assert Budget.objects.get().amount == 5


def test_days_and_months_are_two_budgets(set_budget):
    assert set_budget(1) != set_budget(1, period="MONTH")


def test_a_closed_one_limits_nothing(set_budget, admin_person, ask):
    made = set_budget(0)

    budgets.close_budget(budget_id=made.pk, actor=admin_person)
    budgets.close_budget(budget_id=made.pk, actor=admin_person)

    assert reserve(ask()) == Decimal("0.1")
    assert told("budget_closed") == [{"budget_id": made.pk}]


def test_setting_a_closed_one_opens_it_again(set_budget, admin_person):
    made = set_budget(1)
    budgets.close_budget(budget_id=made.pk, actor=admin_person)

    assert set_budget(1).is_active


def test_one_that_is_not_there_cannot_be_closed(admin_person):
    with pytest.raises(BudgetNotFound):
        budgets.close_budget(budget_id=1, actor=admin_person)


def test_after_a_rise_people_are_told_anew(set_budget, ask):
    set_budget("0.10")
    reserve(ask())
    assert len(told("budget_spent")) == 1

    set_budget("0.20")
    account = Account.objects.get()
    assert (account.warned_at, account.exhausted_at) == (None, None)
    reserve(ask())

    assert [one["amount"] for one in told("budget_spent")] == ["0.10", "0.20"]


def test_after_a_rise_that_leaves_little_nobody_is_told_twice(set_budget, ask):
    set_budget("0.10")
    reserve(ask())

    set_budget("0.12")

    account = Account.objects.get()
    assert account.warned_at is not None
    assert account.exhausted_at is None


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("-0.01", "A budget has from 0 to 1,000,000 US dollars."),
        ("1000000.01", "A budget has from 0 to 1,000,000 US dollars."),
        ("Infinity", "A budget has from 0 to 1,000,000 US dollars."),
        ("NaN", "A budget has from 0 to 1,000,000 US dollars."),
        ("0.001", "A budget is in dollars and cents."),
    ],
)
def test_what_is_no_amount_is_refused(set_budget, amount, says):
    with pytest.raises(InvalidBudget) as refused:
        set_budget(amount)

    assert (refused.value.field, str(refused.value)) == ("amount", says)
    assert not Budget.objects.exists()


@pytest.mark.parametrize(
    ("scope", "named", "field"),
    [
        ("EVERYBODY", [], "scope"),
        ("GROUP", [], "group"),
        ("PERSON", [], "person"),
        ("WHOLE", ["group"], "group"),
        ("EACH_PERSON", ["person"], "person"),
    ],
)
def test_it_has_to_be_clear_whose_it_is(set_budget, ben, scope, named, field):
    whose = {"group": Group.objects.create(name="Authors"), "person": ben}

    with pytest.raises(InvalidBudget) as refused:
        set_budget(1, scope, **{each: whose[each] for each in named})

    assert refused.value.field == field


def test_a_budget_for_a_week_is_refused(set_budget):
    with pytest.raises(InvalidBudget) as refused:
        set_budget(1, period="WEEK")

    assert refused.value.field == "period"
