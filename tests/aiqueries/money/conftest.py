"""A priced model, a free one, and queries that may go to either."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from aiqueries import services
from aiqueries.models import Account, Budget, Price
from aiqueries.services import budgets

DOLLAR = Decimal(1)
# A call of so many bytes and tokens comes to a tenth of a dollar at the most: what is sent is free.
MOST_TOKENS = 1_000


@pytest.fixture(autouse=True)
def prices(db):
    before = timezone.now() - timedelta(days=400)
    # What is there from the beginning, too: some of these tests are at another time.
    Price.objects.update(valid_from=before)
    for model, output in (("dear", 100), ("free", 0)):
        Price.objects.create(
            provider="acme",
            model=model,
            input_per_million=0,
            output_per_million=output,
            valid_from=before,
        )


@pytest.fixture
def ask(ben):
    """A query of Ben's, or of whoever is named."""
    return lambda actor=ben, **more: services.ask_query(prompt="Why?", actor=actor, **more)


def reserve(query, model="dear", most_tokens=MOST_TOKENS):
    return budgets.reserve(query, "acme", model, input_bytes=10, most_tokens=most_tokens)


def budget(amount, scope="WHOLE", period="DAY", **whose):
    return Budget.objects.create(scope=scope, period=period, amount=amount, **whose)


def standing(of):
    """What a budget's accounts hold back and have spent, in all."""
    accounts = Account.objects.filter(budget=of)
    return sum(one.reserved for one in accounts), sum(one.spent for one in accounts)
