"""Whatever happens in whatever order: the books are those of a plain model of them."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiqueries.exceptions import BudgetSpent, QueryEnded
from aiqueries.models import Account, Debit
from aiqueries.services import budgets
from tests.aiqueries.money.conftest import budget, reserve

EVE = datetime(2026, 11, 30, 20, tzinfo=UTC)
TENTH = Decimal("0.1")
QUERIES = 5  # the last has no owner
LIMITS = {"day": "0.50", "month": "1.20", "group": "0.30", "each": "0.40"}


class Killed(Exception):
    """The worker died before its transaction was committed."""


class Undone(Exception):
    """Ends an example, so that the next finds the database as it was."""


class Books:
    """What ought to stand in the accounts, kept by hand."""

    def __init__(self, rows, groups):
        self.rows, self.groups = rows, groups
        self.accounts = defaultdict(lambda: [Decimal(0), Decimal(0)])  # reserved, spent
        self.debits = {}  # query: [reserved, amount, accounts, settled]

    def bearing(self, query, now):
        day, month = now.date(), now.date().replace(day=1)
        found = [("day", None, day), ("month", None, month)]
        if query.owner_id:
            found.append(("each", query.owner_id, day))
            found += [("group", None, month)] if query.owner_id in self.groups else []
        return found

    def reserve(self, query, now, highest):
        held, amount, where, settled = self.debits.get(query.pk, [0, 0, [], False])
        if settled:
            return QueryEnded
        bearing = self.bearing(query, now) if highest else []
        if any(sum(self.accounts[one]) + highest > Decimal(LIMITS[one[0]]) for one in bearing):
            return BudgetSpent
        self._move(where, held, held)
        self._move(bearing, -highest, 0)
        self.debits[query.pk] = [highest, amount + held, bearing, False]
        return None

    def last_cost_something(self, query):
        return query.pk in self.debits and bool(self.debits[query.pk][2])

    def count(self, query, cost, *, settled):
        debit = self.debits.get(query.pk)
        if debit is None or debit[3] or not (settled or debit[0]):
            return
        self._move(debit[2], debit[0], cost)
        debit[0], debit[1], debit[3] = Decimal(0), debit[1] + cost, settled

    def _move(self, where, freed, spent):
        for one in where:
            self.accounts[one][0] -= freed
            self.accounts[one][1] += spent


STEPS = st.lists(
    st.tuples(
        st.integers(0, QUERIES - 1),
        st.sampled_from(["reserve", "reserve", "free", "settle", "release", "lost", "join"]),
        st.integers(0, 3),  # tenths of a dollar
        st.sampled_from([0, 0, 0, 3, 24]),  # hours that pass before
        st.integers(0, 9).map(lambda dice: dice == 0),  # whether the worker dies
    ),
    max_size=25,
)


@pytest.fixture
def rows(ask, ben, asha):
    group = Group.objects.create(name="Authors")
    ben.groups.add(group)
    made = [ask(), ask(), ask(asha), ask(asha), ask()]
    made[-1].owner = None
    made[-1].save()
    whose = {
        "day": budget(LIMITS["day"]),
        "month": budget(LIMITS["month"], period="MONTH"),
        "group": budget(LIMITS["group"], "GROUP", "MONTH", group=group),
        "each": budget(LIMITS["each"], "EACH_PERSON"),
    }
    return made, whose, group


@given(steps=STEPS)
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_account_is_negative_or_overdrawn_and_sums_agree(rows, ben, asha, steps):
    queries, whose, group = rows
    with suppress(Undone), transaction.atomic():
        books, now = Books(whose, {ben.pk}), EVE
        for which, step, tenths, hours, dies in steps:
            now += timedelta(hours=hours)
            with time_machine.travel(now, tick=False):
                if step == "join":
                    asha.groups.add(group)
                    books.groups.add(asha.pk)
                else:
                    take(step, queries[which], tenths, dies, books, now)
            check(books)
        raise Undone


def take(step, query, tenths, dies, books, now):
    if not books.last_cost_something(query):
        tenths = tenths if step == "reserve" else 0
    try:
        with transaction.atomic():
            do(step, query, tenths)
            die(dies)
    except Killed:
        return
    except (BudgetSpent, QueryEnded) as refusal:
        got = type(refusal)
    else:
        got = None
    assert expected(step, query, tenths, books, now) == got


def die(dies):
    if dies:
        raise Killed


def do(step, query, tenths):
    if step == "reserve":
        reserve(query, most_tokens=1_000 * tenths)
    elif step == "free":
        reserve(query, "free")
    elif step == "settle":
        budgets.settle(query, cost=tenths * TENTH)
    elif step == "release":
        budgets.release(query)
    else:
        budgets.count_lost(query, tenths * TENTH)


def expected(step, query, tenths, books, now):
    if step in ("reserve", "free"):
        return books.reserve(query, now, tenths * TENTH if step == "reserve" else 0)
    cost = 0 if step == "release" else tenths * TENTH
    return books.count(query, cost, settled=step == "settle")


def check(books):
    names = {row.pk: name for name, row in books.rows.items()}
    found = {
        (names[one.budget_id], one.holder_id, one.starts_on): [one.reserved, one.spent]
        for one in Account.objects.all()
    }
    kept = {key: sums for key, sums in books.accounts.items() if any(sums)}
    assert {key: sums for key, sums in found.items() if any(sums)} == kept
    assert all(part >= 0 for sums in found.values() for part in sums)
    debits = list(Debit.objects.all())
    for name in ("day", "month"):
        of_whole = [sums for key, sums in found.items() if key[0] == name]
        assert sum(sums[1] for sums in of_whole) == sum(one.amount for one in debits)
        assert sum(sums[0] for sums in of_whole) == sum(one.reserved for one in debits)
