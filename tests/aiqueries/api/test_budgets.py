"""GET /api/v1/ai/budgets/"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from aiqueries.models import Account, Budget

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def budget(amount, scope="WHOLE", **whose):
    return Budget.objects.create(scope=scope, period="DAY", amount=amount, **whose)


@time_machine.travel(NOW, tick=False)
def test_it_says_what_is_left_and_when_it_starts_anew(as_ben):
    Account.objects.create(
        budget=budget(2), starts_on=NOW.date(), spent=Decimal("0.5"), reserved=Decimal("0.25")
    )

    assert as_ben.read("ai/budgets/").json() == {
        "budgets": [
            {
                "scope": "WHOLE",
                "whose": "The whole organisation",
                "period": "DAY",
                "starts_on": "2026-11-21",
                "resets_at": "2026-11-22T00:00:00Z",
                "amount": "2.00000000",
                "spent": "0.50000000",
                "reserved": "0.25000000",
                "left": "1.25000000",
                "warned": False,
            }
        ]
    }


def test_others_budgets_are_not_there(as_ben, asha):
    budget(1, "PERSON", person=asha)

    assert as_ben.read("ai/budgets/").json() == {"budgets": []}


def test_nobody_sees_any_without_a_token(as_stranger):
    assert as_stranger.read("ai/budgets/").status_code == 401


def test_it_is_there_to_read_alone(as_ben):
    assert as_ben.post("/api/v1/ai/budgets/", {}).status_code == 405
