"""What queries cost the organisation."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from aiqueries import services
from aiqueries.kinds import Outcome, Period, Scope, Status, Trouble
from aiqueries.models import Account, Attempt, Budget, Query
from tests.aiqueries.pages.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditing(client, vera):
    client.force_login(vera)
    return client


@pytest.fixture
def spent(ben):
    """A query that failed once, then was answered, and one that ended without an answer."""
    answered = services.ask_query(prompt="Only Ben may read this.", actor=ben)
    failed = services.ask_query(prompt="Nor this.", actor=ben)
    now = timezone.now()
    Query.objects.filter(pk=answered.pk).update(
        status=Status.SUCCEEDED, finished_at=now, cost=Decimal("1.25")
    )
    Query.objects.filter(pk=failed.pk).update(
        status=Status.FAILED, finished_at=now, error_code="refused", error="It was refused."
    )
    calls = [(Outcome.FAILED, Trouble.TIMED_OUT, "0.25"), (Outcome.ANSWERED, "", "1")]
    for number, (outcome, trouble, cost) in enumerate(calls, 1):
        Attempt.objects.create(
            query=answered,
            number=number,
            turn=number,
            provider="cloud",
            model="big",
            outcome=outcome,
            trouble=trouble,
            input_digest="0" * 64,
            sent_bytes=10,
            input_tokens=1000,
            output_tokens=500,
            cost=Decimal(cost),
        )


@pytest.mark.parametrize(
    ("who", "status"),
    [("vera", 200), ("admin_person", 200), ("ben", 403), ("asha", 403), ("cleo", 403)],
)
def test_who_may_see_them(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/ai/costs/").status_code == status


def test_auditors_are_led_there(auditing):
    text = text_of(auditing, "/settings/")

    assert 'href="/ai/costs/"' in text
    assert 'href="/ai/queries/"' not in text


def test_without_queries_it_says_so(auditing):
    assert "Nothing was asked yet" in text_of(auditing, "/ai/costs/")


def test_sums_are_shown_and_nobodys_words(auditing, spent):
    text = text_of(auditing, "/ai/costs/")

    said = (
        "<dd>$1.25</dd>",
        "50 %",
        "<b>big</b>",
        "The AI provider took too long.",
        "It was refused.",
        "2000",
    )
    assert [each for each in said if each not in text] == []
    assert "Only Ben may read this." not in text


def test_budgets_are_shown_with_those_who_used_most(auditing, ben, asha, spent):
    budget = Budget.objects.create(scope=Scope.EACH_PERSON, period=Period.MONTH, amount=5)
    starts_on = budget.period_start(timezone.now())
    Account.objects.create(budget=budget, holder=ben, starts_on=starts_on, spent=Decimal("4.5"))
    Account.objects.create(budget=budget, holder=asha, starts_on=starts_on)
    group = Group.objects.create(name="physics")
    Budget.objects.create(scope=Scope.GROUP, group=group, period=Period.DAY, amount=1)

    text = text_of(auditing, "/ai/costs/")

    assert "Ben Novak, this month" in text
    assert "$4.50 of $5.00 spent" in text
    assert "physics" in text
    assert "Asha Rao" not in text


def test_ones_own_are_drawn_on_the_list(browser, spent):
    text = text_of(browser, "/ai/queries/")

    assert "Last 30 days" in text
    assert "$1.25 in 30 days" in text


def test_ones_own_budgets_are_shown_before_asking(browser, ben):
    budget = Budget.objects.create(scope=Scope.PERSON, person=ben, period=Period.DAY, amount=2)
    Account.objects.create(
        budget=budget,
        starts_on=budget.period_start(timezone.now()),
        spent=Decimal("1.7"),
        reserved=Decimal("0.1"),
    )

    text = text_of(browser, "/ai/")

    assert "You, today" in text
    assert "$0.20 left" in text
    assert "$1.70 of $2.00 spent, $0.10 held back" in text


def test_the_activity_page_counts_queries(auditing, ben, spent):
    services.ask_query(prompt="What is a stem?", actor=ben)

    text = text_of(auditing, "/activity/now/")

    counts = text.partition('id="ai-title"')[2]
    assert [
        f'<dt>{name}</dt><dd class="num">1</dd>' in counts
        for name in ("Waiting", "Answered today", "Failed today")
    ] == [True] * 3
