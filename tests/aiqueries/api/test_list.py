"""GET /api/v1/ai/query/"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from aiqueries.kinds import Purpose, Status
from crm_sync.models import Customer
from outbox.models import Event
from tests.aiqueries.api.conftest import asked, assert_refused

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LIST = "ai/query/"


def ids(answer):
    return [each["id"] for each in answer.json()["results"]]


def test_ones_own_queries_are_listed_newest_first(as_ben, ben, asha):
    first = asked(ben, created_at=NOW - timedelta(hours=1))
    second = asked(ben)
    asked(asha)

    assert ids(as_ben.read(LIST)) == [str(second.pk), str(first.pk)]


def test_a_row_says_what_it_is_about_in_short(as_ben, ben):
    query = asked(ben, prompt="Name\nthree " + "very " * 40 + "hard words.")

    (row,) = as_ben.read(LIST).json()["results"]

    assert row == {
        "id": str(query.pk),
        "status": "QUEUED",
        "purpose": "ASK",
        "title": query.title,
        "owner": "ben@example.com",
        "customer_id": None,
        "question_id": None,
        "model": "",
        "provider": "",
        "answered_by": "",
        "cost": None,
        "error_code": "",
        "created_at": row["created_at"],
        "finished_at": None,
    }
    assert len(query.title) == 80
    assert query.title.startswith("Name three very very")


def test_pages_follow_each_other(as_ben, ben):
    wanted = {str(asked(ben).pk) for _ in range(3)}

    first = as_ben.read(LIST, {"limit": "2"})
    second = as_ben.get(first.json()["next"])

    assert len(ids(first)) == 2
    assert {*ids(first), *ids(second)} == wanted
    assert second.json()["next"] is None


@pytest.mark.parametrize("field", ["status", "purpose", "model", "answered_by"])
def test_a_list_can_be_narrowed(as_ben, ben, field):
    asked(ben)
    values = {
        "status": {"status": Status.FAILED, "finished_at": NOW},
        "purpose": {"purpose": Purpose.TEST},
        "model": {"model": "offline/parrot-1"},
        "answered_by": {"answered_by": "parrot-1"},
    }
    wanted = asked(ben, **values[field])
    name = "model" if field == "answered_by" else field

    assert ids(as_ben.read(LIST, {name: values[field][field]})) == [str(wanted.pk)]


def test_a_list_can_be_of_one_customer(as_ben, ben):
    asked(ben)
    customer = Customer.objects.create(name="Northwind College")
    wanted = asked(ben, customer_id=customer.pk)

    assert ids(as_ben.read(LIST, {"customer_id": str(customer.pk)})) == [str(wanted.pk)]


def test_a_list_can_be_of_one_question(as_ben, ben):
    asked(ben)
    question_id = uuid4()
    wanted = asked(ben)
    type(wanted).objects.filter(pk=wanted.pk).update(question_id=question_id)

    assert ids(as_ben.read(LIST, {"question_id": str(question_id)})) == [str(wanted.pk)]


def test_a_list_can_be_of_a_time(as_ben, ben):
    asked(ben, created_at=NOW - timedelta(days=3))
    wanted = asked(ben, created_at=NOW - timedelta(days=2))
    asked(ben, created_at=NOW - timedelta(days=1))

    between = {
        "since": (NOW - timedelta(days=2)).isoformat(),
        "until": (NOW - timedelta(days=1)).isoformat(),
    }
    assert ids(as_ben.read(LIST, between)) == [str(wanted.pk)]


def test_administrators_see_their_own_until_they_ask_for_all(as_admin, admin_person, ben):
    own, bens = asked(admin_person), asked(ben, created_at=NOW - timedelta(hours=1))

    assert ids(as_admin.read(LIST)) == [str(own.pk)]
    assert ids(as_admin.read(LIST, {"of": "all"})) == [str(own.pk), str(bens.pk)]


def test_which_queries_of_others_they_saw_is_written_down(as_admin, admin_person, ben):
    asked(admin_person)
    bens = asked(ben)

    as_admin.read(LIST, {"of": "all"})

    assert Event.objects.get(name="aiqueries.query_seen").payload["query_id"] == str(bens.pk)


def test_all_of_anybody_else_are_their_own(as_ben, ben, asha):
    own = asked(ben)
    asked(asha)

    assert ids(as_ben.read(LIST, {"of": "all"})) == [str(own.pk)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "DONE"),
        ("purpose", "FUN"),
        ("of", "everybody"),
        ("customer_id", "5"),
        ("question_id", "northwind"),
        ("since", "yesterday"),
        ("stauts", "FAILED"),
    ],
)
def test_a_filter_that_is_none_is_refused_by_name(as_ben, name, value):
    assert_refused(as_ben.read(LIST, {name: value}), 400, "validation_error", name)


def test_a_page_takes_one_statement(as_ben, ben, django_assert_num_queries):
    for _ in range(3):
        asked(ben)

    with django_assert_num_queries(1):
        assert len(ids(as_ben.read(LIST, {"of": "me"}))) == 3
