"""Many workers, one budget."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Event as Signal
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from aiqueries.exceptions import BudgetSpent
from aiqueries.models import ANSWER, Account, Budget, Debit, Prompt, Query
from aiqueries.services import budgets
from tests.aiqueries.money.conftest import budget, reserve, standing
from tests.cast import person
from tests.conftest import wait_until_someone_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

TENTH = Decimal("0.1")
WORKERS = 8


def queries(*owners):
    """One of each of these people, without all that asking takes."""
    template = Prompt.objects.get(name=ANSWER).current
    return Query.objects.bulk_create(
        Query(
            owner=owner,
            correlation_id=str(uuid4()),
            prompt="Why?",
            prompt_digest="0" * 64,
            template=template,
            expires_at=timezone.now() + timedelta(hours=1),
        )
        for owner in owners
    )


def at_once(work, items):
    """What the work returns for each, done by several workers with connections of their own."""

    def one(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, items))


def goes_out(query):
    try:
        with transaction.atomic():
            reserve(query)
    except BudgetSpent:
        return False
    return True


@pytest.mark.parametrize("is_made", [True, False], ids=["account there", "no account yet"])
def test_two_cannot_hold_back_what_is_there_for_one(ben, is_made):
    whole = budget("0.10")
    first, second = queries(ben, ben)
    if is_made:
        Account.objects.create(budget=whole, starts_on=timezone.now().date())
    held, may_commit = Signal(), Signal()

    def hold():
        with transaction.atomic():
            reserve(first)
            held.set()
            may_commit.wait(20)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert held.wait(20)
        following = pool.submit(at_once, goes_out, [second])
        wait_until_someone_waits_for_a_lock()
        may_commit.set()
        holding.result(20)
        went_out = following.result(20)

    assert went_out == [False]
    assert standing(whole) == (TENTH, 0)
    assert Account.objects.count() == 1


def test_of_200_at_once_exactly_the_20_go_out_that_the_budget_is_for(ben):
    whole, own = budget(2), budget(100, "EACH_PERSON")

    went_out = at_once(goes_out, queries(*[ben] * 200))

    assert sum(went_out) == 20
    assert standing(whole) == standing(own) == (2, 0)
    assert Debit.objects.count() == 20


def test_budgets_that_overlap_anyhow_lock_nobody_out(db):
    dice = random.Random(6)
    groups = [Group.objects.create(name=f"Group {number}") for number in range(8)]
    people = [person(f"P{number} Someone") for number in range(8)]
    for one in people:
        one.groups.set(dice.sample(groups, 4))
    for group in dice.sample(groups, 6):
        budget(50, "GROUP", dice.choice(["DAY", "MONTH"]), group=group)
    for period in ("DAY", "MONTH"):
        budget(50, period=period)
        budget(50, "EACH_PERSON", period)

    def live(query):
        choices = random.Random(str(query.correlation_id))
        for _ in range(3):
            with transaction.atomic():
                reserve(query)
            if choices.random() < 0.5:
                with transaction.atomic():
                    budgets.count_lost(query, TENTH)
        with transaction.atomic():
            budgets.settle(query, cost=TENTH)

    at_once(live, queries(*(dice.choice(people) for _ in range(80))))

    paid = sum(Debit.objects.values_list("amount", flat=True))
    assert paid >= 80 * 3 * TENTH
    for one in Budget.objects.filter(scope="WHOLE"):
        assert standing(one) == (0, paid)
