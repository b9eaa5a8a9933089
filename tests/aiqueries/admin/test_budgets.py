from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from aiqueries.models import Account, Budget, Debit
from outbox.models import Event
from tests.cast import person


def budget(amount, scope="WHOLE", period="DAY", **whose):
    return Budget.objects.create(scope=scope, period=period, amount=amount, **whose)


def spend(of, spent, reserved=0, **more):
    today = of.period_start(timezone.now())
    return Account.objects.create(
        budget=of, starts_on=today, spent=Decimal(spent), reserved=Decimal(reserved), **more
    )


def test_administrators_set_one(desk, ben):
    desk.add("budget", scope="PERSON", person=str(ben.pk), period="MONTH", amount="2.50")

    made = Budget.objects.get()
    assert (made.person, made.period, made.amount) == (ben, "MONTH", Decimal("2.50"))
    assert Event.objects.filter(name="aiqueries.budget_set").count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"scope": "GROUP"},
            {"group": ["A group's budget names the group, no other does."]},
        ),
        ({"amount": "2000000"}, {"amount": ["A budget has from 0 to 1,000,000 US dollars."]}),
    ],
    ids=["whose", "too much"],
)
def test_what_is_no_budget_is_refused_in_words(desk, given, says):
    answer = desk.add("budget", **{"scope": "WHOLE", "period": "DAY", "amount": "1"} | given)

    assert desk.refused(answer) == says
    assert not Budget.objects.exists()


def test_a_second_one_for_the_same_is_refused(desk):
    budget(1)

    answer = desk.add("budget", scope="WHOLE", period="DAY", amount="5")

    assert desk.refused(answer) == {"__all__": ["There is such a budget already: change that one."]}
    assert Budget.objects.get().amount == 1


def test_the_amount_can_be_changed_and_nothing_else(desk):
    made = budget(1)

    desk.save(made, amount="7", scope="EACH_PERSON", period="MONTH")

    made.refresh_from_db()
    assert (made.scope, made.period, made.amount) == ("WHOLE", "DAY", 7)


def test_they_are_closed_by_an_action(desk):
    first, second = budget(1), budget(1, period="MONTH")

    answer = desk.act("close", first, second)

    assert desk.told(answer) == ["Closed: 2."]
    assert not Budget.objects.filter(is_active=True).exists()


def test_the_list_says_how_each_stands_now(desk):
    spend(budget(1), "0.25", "0.50")

    page = desk.list("budget").content.decode()

    assert all(sum_ in page for sum_ in ("$0.25", "$0.50"))
    assert 'aria-valuenow="75"' in page


def test_where_each_person_has_an_account_it_is_the_fullest(desk, asha, ben):
    each = budget(1, "EACH_PERSON")
    spend(each, "0.125", holder=asha)
    spend(each, "0.75", holder=ben)

    page = desk.list("budget").content.decode()

    assert "$0.75 (most of anybody)" in page
    assert "$0.25 (least of anybody)" in page


def test_last_months_spending_is_not_shown_as_this_months(desk):
    Account.objects.create(budget=budget(1), starts_on="2020-01-01", spent=Decimal("0.875"))

    assert "0.875" not in desk.list("budget").content.decode()


def test_auditors_look_and_change_nothing(auditors_desk):
    made = budget(1)

    assert auditors_desk.list("budget").status_code == 200
    assert auditors_desk.save(made, amount="7").status_code == 403
    assert auditors_desk.form("budget").status_code == 403


def test_accounts_and_debits_are_there_to_read(desk, query, ben):
    own = spend(budget(1, "EACH_PERSON"), "0.25", holder=ben)
    debit = Debit.objects.create(query=query, amount=Decimal("0.25"))

    assert "$0.25 of $1.00" in desk.list("account").content.decode()
    assert "Ben Novak" in desk.list("debit").content.decode()
    assert desk.show(own).status_code == desk.show(debit).status_code == 200
    assert desk.save(own, spent="0").status_code == 403


@pytest.mark.parametrize("model", ["budget", "account", "debit"])
def test_lists_cost_the_same_however_long_they_are(desk, ben, django_assert_max_num_queries, model):
    for number in range(10):
        group = Group.objects.create(name=f"Group {number}")
        someone = person(f"P{number} Someone")
        spend(budget(1, "GROUP", group=group), "0.25")
        spend(budget(1, "PERSON", person=someone), "0.25")

    with django_assert_max_num_queries(10):
        desk.list(model)
