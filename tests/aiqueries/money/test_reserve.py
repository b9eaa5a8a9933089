"""Holding back the most that a call may cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from aiqueries.exceptions import BudgetSpent, QueryEnded, TooDear, UnknownPrice
from aiqueries.models import Account, Debit, Price
from aiqueries.services import budgets
from tests.aiqueries.money.conftest import budget, reserve, standing

TENTH = Decimal("0.1")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_most_that_it_may_cost_is_held_back(ask):
    whole = budget(1)
    query = ask()

    assert reserve(query) == TENTH

    assert standing(whole) == (TENTH, 0)
    debit = Debit.objects.get(query=query)
    assert (debit.reserved, debit.amount, debit.settled_at) == (TENTH, 0, None)
    assert debit.accounts == [Account.objects.get().pk]


def test_each_byte_may_be_a_token_and_the_provider_adds_some(ask):
    Price.objects.create(provider="acme", model="wordy", input_per_million=1, output_per_million=10)

    highest = budgets.reserve(ask(), "acme", "wordy", input_bytes=744, most_tokens=100)

    assert highest == Decimal("0.002")  # 744 + 256 tokens there, 100 back


def test_the_smallest_part_of_a_dollar_is_rounded_up(ask):
    Price.objects.create(
        provider="acme",
        model="cheap",
        input_per_million=Decimal("0.000001"),
        output_per_million=0,
    )

    highest = budgets.reserve(ask(), "acme", "cheap", input_bytes=1, most_tokens=1)

    assert highest == Decimal("0.00000001")


def test_without_budgets_nothing_limits(ask):
    assert reserve(ask()) == TENTH

    assert Debit.objects.get().accounts == []


def test_a_model_without_a_price_is_not_asked(ask):
    with pytest.raises(UnknownPrice) as refused:
        reserve(ask(), "unheard-of")

    assert str(refused.value) == ("Nobody has set what acme/unheard-of costs, so it is not asked.")
    assert not Debit.objects.exists()


def test_a_price_that_is_yet_to_come_is_none(ask):
    Price.objects.create(
        provider="acme",
        model="soon",
        input_per_million=1,
        output_per_million=1,
        valid_from=timezone.now() + timedelta(minutes=1),
    )

    with pytest.raises(UnknownPrice):
        reserve(ask(), "soon")


def test_the_newest_price_that_has_come_counts(ask):
    for output, hours in ((200, 2), (300, 1), (900, -1)):
        Price.objects.create(
            provider="acme",
            model="dear",
            input_per_million=0,
            output_per_million=output,
            valid_from=timezone.now() - timedelta(hours=hours),
        )

    assert reserve(ask()) == Decimal("0.3")


def test_of_two_prices_from_the_same_time_the_correction_counts(ask):
    moment = timezone.now()
    for output in (500, 200):
        Price.objects.create(
            provider="acme",
            model="dear",
            input_per_million=0,
            output_per_million=output,
            valid_from=moment,
        )

    assert reserve(ask()) == Decimal("0.2")


def test_what_may_cost_more_than_is_allowed_is_refused(ask):
    query = ask(max_cost=Decimal("0.09"))

    with pytest.raises(TooDear) as refused:
        reserve(query)

    assert str(refused.value) == "This may cost up to $0.10, more than the $0.09 allowed."
    assert refused.value.field == "max_cost"


def test_calls_before_count_to_what_a_query_may_cost(ask):
    query = ask(max_cost=Decimal("0.15"))
    reserve(query)
    budgets.count_lost(query, TENTH)

    with pytest.raises(TooDear):
        reserve(query)


def test_what_a_budget_has_no_room_for_is_refused(ask):
    whole = budget("0.25")
    reserve(ask())
    reserve(ask())
    third = ask()

    with time_machine.travel(timezone.now(), tick=False), pytest.raises(BudgetSpent):
        reserve(third)

    assert standing(whole) == (2 * TENTH, 0)
    assert not Debit.objects.filter(query=third).exists()


def test_the_refusal_says_which_budget_and_when_it_starts_anew(ask):
    with time_machine.travel(NOON, tick=False):
        whole = budget("0.15")
        reserve(ask())
        with pytest.raises(BudgetSpent) as refused:
            reserve(ask())

    assert str(refused.value) == (
        "This may cost up to $0.10, and $0.05 is left of the daily budget of the whole "
        "organisation of $0.15. It starts anew on 22 November 2026 at 00:00 UTC."
    )
    assert refused.value.members == {"budget_id": str(whole.pk), "resets_on": "2026-11-22"}


def test_what_a_budget_never_has_room_for_is_said_so(ask, ben):
    budget("0.05", "PERSON", "MONTH", person=ben)

    with pytest.raises(BudgetSpent) as refused:
        reserve(ask())

    assert str(refused.value) == (
        "This may cost up to $0.10, more than the asker’s own monthly budget of $0.05 allows "
        "at all."
    )


def test_of_several_that_are_full_the_one_that_lasts_longest_is_named(ask):
    month = budget("0.01", period="MONTH")
    budget("0.02", period="DAY")

    with pytest.raises(BudgetSpent) as refused:
        reserve(ask())

    assert refused.value.members["budget_id"] == str(month.pk)


def test_the_last_of_it_can_be_held_back(ask):
    whole = budget("0.10")

    reserve(ask())

    assert standing(whole) == (TENTH, 0)


def test_all_of_the_owners_groups_bear_it_and_no_others(ask, ben):
    authors, others = (Group.objects.create(name=name) for name in ("Authors", "Others"))
    ben.groups.add(authors)
    theirs = budget(1, "GROUP", group=authors)
    foreign = budget(1, "GROUP", group=others)

    reserve(ask())

    assert standing(theirs) == (TENTH, 0)
    assert standing(foreign) == (0, 0)


def test_day_and_month_both_bear_it(ask):
    day, month = budget(1, period="DAY"), budget(1, period="MONTH")

    with time_machine.travel(NOON, tick=False):
        reserve(ask())

    assert standing(day) == standing(month) == (TENTH, 0)
    starts = Account.objects.order_by("starts_on").values_list("starts_on", flat=True)
    assert [str(start) for start in starts] == ["2026-11-01", "2026-11-21"]


def test_a_day_ends_at_midnight_utc(ask):
    budget("0.10")
    with time_machine.travel(datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC), tick=False):
        reserve(ask())
    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        reserve(ask())

    starts = Account.objects.order_by("starts_on").values_list("starts_on", flat=True)
    assert [str(start) for start in starts] == ["2026-11-21", "2026-11-22"]


def test_each_person_has_an_account_of_their_own(ask, asha):
    each = budget("0.10", "EACH_PERSON")

    reserve(ask())
    reserve(ask(asha))

    assert Account.objects.filter(budget=each).count() == 2
    with pytest.raises(BudgetSpent):
        reserve(ask())


def test_a_budget_of_ones_own_stands_in_for_every_persons(ask, ben):
    each = budget("0.01", "EACH_PERSON")
    own = budget(1, "PERSON", person=ben)

    reserve(ask())

    assert standing(own) == (TENTH, 0)
    assert standing(each) == (0, 0)


def test_a_budget_of_ones_own_for_a_month_leaves_every_persons_for_a_day(ask, ben):
    each = budget(1, "EACH_PERSON", "DAY")
    budget(1, "PERSON", "MONTH", person=ben)

    reserve(ask())

    assert standing(each) == (TENTH, 0)


def test_the_products_own_queries_count_for_the_whole_alone(ask):
    whole, each = budget(1), budget(1, "EACH_PERSON")
    query = ask()
    query.owner = None
    query.save(update_fields=["owner"])

    reserve(query)

    assert standing(whole) == (TENTH, 0)
    assert standing(each) == (0, 0)


def test_a_budget_that_is_switched_off_limits_nothing(ask):
    whole = budget("0.01")
    whole.is_active = False
    whole.save()

    assert reserve(ask()) == TENTH


def test_a_free_model_goes_on_when_the_budget_is_gone(ask):
    whole = budget("0.10")
    reserve(ask())
    query = ask()

    assert reserve(query, "free") == 0

    assert standing(whole) == (TENTH, 0)
    debit = Debit.objects.get(query=query)
    assert (debit.reserved, debit.amount, debit.accounts) == (0, 0, [])


def test_an_earlier_call_that_still_holds_something_back_was_lost(ask):
    whole = budget(1)
    query = ask()
    reserve(query)

    reserve(query, most_tokens=3_000)

    assert standing(whole) == (Decimal("0.3"), TENTH)
    debit = Debit.objects.get()
    assert (debit.reserved, debit.amount) == (Decimal("0.3"), TENTH)


def test_it_was_lost_where_it_was_held_back(ask):
    whole = budget(1)
    query = ask()
    with time_machine.travel(NOON, tick=False):
        reserve(query)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        reserve(query)

    today, tomorrow = Account.objects.filter(budget=whole).order_by("starts_on")
    assert (today.reserved, today.spent) == (0, TENTH)
    assert (tomorrow.reserved, tomorrow.spent) == (TENTH, 0)


def test_a_free_call_after_a_lost_one_counts_the_lost_one(ask):
    whole = budget(1)
    query = ask()
    reserve(query)

    reserve(query, "free")

    assert standing(whole) == (0, TENTH)


def test_a_query_that_is_settled_holds_nothing_back_again(ask):
    query = ask()
    reserve(query)
    budgets.settle(query, cost=TENTH)

    with pytest.raises(QueryEnded):
        reserve(query)

    assert Debit.objects.get().reserved == 0
