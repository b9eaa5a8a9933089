"""The list behind the bell: what, why, and read or not. Only a POST changes anything."""

import pytest
from django.test import Client

from notifications.models import Notification
from tests.notifications.conftest import TASK, TITLE, assigned_to, new_task

pytestmark = pytest.mark.django_db
URL = "/notifications/"


@pytest.fixture
def as_asha(client, asha):
    client.force_login(asha)
    return client


def test_the_list_says_what_and_why(told, as_asha, asha):
    told(assigned_to(asha))

    text = as_asha.get(URL).content.decode()

    assert f'href="/tasks/{TASK}/"' in text
    assert f"Please decide: {TITLE}" in text
    assert "You get this because you are asked to decide this question." in text


def test_the_bell_and_the_list_count_alike(told, as_asha, asha):
    told(new_task(asha), new_task(asha))

    response = as_asha.get(URL)

    assert response.context["unread"] == 2
    assert response.context["unread_count"] == 2
    assert "Notifications, 2 unread" in response.content.decode()


def test_reading_the_list_changes_nothing(told, as_asha, asha):
    told(assigned_to(asha))

    as_asha.get(URL)
    as_asha.get(URL, {"only": "unread"})

    assert Notification.objects.get().read_at is None


def test_a_read_one_is_no_longer_unread(told, as_asha, asha):
    told(new_task(asha), new_task(asha))
    first = Notification.objects.earliest("id")

    response = as_asha.post(f"{URL}{first.pk}/read/")

    unread = as_asha.get(URL, {"only": "unread"}).context["page"].items
    assert response.headers["Location"] == URL
    assert [each.pk for each in unread] == [Notification.objects.latest("id").pk]


def test_htmx_gets_the_row_as_it_is_now(told, as_asha, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()

    response = as_asha.post(f"{URL}{row.pk}/read/", headers={"HX-Request": "true"})

    text = response.content.decode()
    assert f'id="notification-{row.pk}"' in text
    assert "Mark as read" not in text


def test_all_are_read_at_once(told, as_asha, asha, ada):
    told(new_task(asha, ada), new_task(asha))

    as_asha.post(f"{URL}read/")

    assert list(Notification.objects.unread().values_list("recipient__email", flat=True)) == [
        ada.email
    ]


def test_somebody_elses_is_not_found(told, client, asha, cleo):
    told(assigned_to(asha))
    client.force_login(cleo)

    assert client.get(URL).context["page"].items == []
    assert client.post(f"{URL}{Notification.objects.get().pk}/read/").status_code == 404
    assert Notification.objects.get().read_at is None


@pytest.mark.parametrize("address", [f"{URL}1/read/", f"{URL}read/"])
def test_reading_by_get_is_refused(as_asha, address):
    assert as_asha.get(address).status_code == 405


def test_reading_without_the_pages_own_token_is_refused(told, asha):
    told(assigned_to(asha))
    client = Client(enforce_csrf_checks=True)
    client.force_login(asha)

    assert client.post(f"{URL}read/").status_code == 403


def test_a_long_list_has_pages(told, as_asha, asha):
    told(*[new_task(asha) for _ in range(30)])

    first = as_asha.get(URL).context["page"]
    second = as_asha.get(URL, {"cursor": first.next}).context["page"]

    assert (len(first.items), len(second.items)) == (25, 5)


def test_a_cursor_from_elsewhere_leads_nowhere(as_asha):
    assert as_asha.get(URL, {"cursor": "elsewhere"}).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get(URL).status_code == 302


def test_the_page_costs_few_queries(told, as_asha, asha, django_assert_max_num_queries):
    told(*[new_task(asha) for _ in range(30)])

    with django_assert_max_num_queries(8):
        as_asha.get(URL)


def test_the_admin_shows_them_and_changes_none(told, client, asha, admin_person):
    told(assigned_to(asha))
    client.force_login(admin_person)
    address = f"/admin/notifications/notification/{Notification.objects.get().pk}"

    assert client.get("/admin/notifications/notification/").status_code == 200
    assert client.post(f"{address}/change/", {}).status_code == 403
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
