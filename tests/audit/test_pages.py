"""Vera reads the audit trail; whoever is no auditor is refused."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.audit.trail import entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, vera):
    """Open the trail as Vera."""
    client.force_login(vera)

    def opened(**filters):
        return client.get(reverse("audit"), filters)

    return opened


def numbers(response):
    return [found.sequence for found in response.context["page"].items]


def test_the_newest_entry_stands_first(page):
    entry(1)
    entry(2, text="Ben Novak signed in.")

    response = page()

    assert response.status_code == 200
    assert numbers(response) == [2, 1]
    assert "Ben Novak signed in." in response.content.decode()


def test_a_filter_narrows_the_page(page):
    entry(1, actor_label="Ben Novak")
    entry(2)

    assert numbers(page(person="novak")) == [1]


def test_a_bad_filter_is_named_beside_its_field(page):
    entry(1)

    response = page(since="yesterday")

    assert response.status_code == 422
    assert response.context["form"].errors == {"since": ["Enter a valid date."]}
    assert "page" not in response.context


def test_older_entries_are_a_page_away_and_the_filter_stays(page, client):
    for number in range(1, 53):
        entry(number)
    entry(53, actor_label="Ben Novak")

    first = page(person="Asha")
    older = client.get(reverse("audit") + first.context["next_url"])

    assert numbers(first) == list(range(52, 2, -1))
    assert numbers(older) == [2, 1]
    assert "person=Asha" in older.context["previous_url"]


def test_a_cursor_from_elsewhere_leads_nowhere(page):
    assert page(cursor="elsewhere").status_code == 404


def test_an_entry_shows_everything_that_is_known(client, vera):
    entry(7)
    client.force_login(vera)

    text = client.get(reverse("audit-entry", args=[7])).content.decode()

    for known in ("Asha Rao", "t-7", "request-0001", "approvals.task_decided", "verdict"):
        assert known in text


def test_markup_in_an_entry_is_just_text(client, vera):
    entry(7, text="<script>alert(1)</script>", detail={"x": "<img src=x>"})
    client.force_login(vera)

    for address in (reverse("audit"), reverse("audit-entry", args=[7])):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_an_entry_that_is_not_there_is_not_found(client, vera):
    client.force_login(vera)

    assert client.get(reverse("audit-entry", args=[1])).status_code == 404


@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
@pytest.mark.parametrize("address", ["/audit/", "/audit/1/"])
def test_whoever_is_no_auditor_is_refused(request, client, name, address):
    entry(1)
    client.force_login(request.getfixturevalue(name))

    assert client.get(address).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get("/audit/").status_code == 302


def test_nothing_is_changed_by_post(client, vera):
    client.force_login(vera)

    assert client.post("/audit/").status_code == 405


def test_the_page_costs_few_queries(page, django_assert_max_num_queries):
    for number in range(1, 51):
        entry(number)

    with django_assert_max_num_queries(11):
        page()


def test_the_admin_shows_entries_and_changes_none(client, admin_person):
    entry(1)
    client.force_login(admin_person)

    assert client.get("/admin/audit/entry/").status_code == 200
    assert client.get("/admin/audit/entry/add/").status_code == 403
    assert client.post("/admin/audit/entry/1/change/", {}).status_code == 403
    assert client.post("/admin/audit/entry/1/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"action": "accounts.signed_in"}, [3]),
        ({"happened_at__gte": "2026-01-01 00:00:00+00:00"}, [3, 2]),
        ({}, [3, 2, 1]),
    ],
)
def test_the_admin_narrows_by_action_and_time(client, admin_person, filters, found):
    entry(1, happened_at=datetime(2025, 3, 1, tzinfo=UTC))
    entry(2, happened_at=datetime(2026, 3, 1, tzinfo=UTC))
    entry(3, happened_at=datetime(2026, 3, 2, tzinfo=UTC), action="accounts.signed_in")
    client.force_login(admin_person)

    listed = client.get("/admin/audit/entry/", filters).context["cl"].result_list

    assert [one.sequence for one in listed] == found
