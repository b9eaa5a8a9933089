"""A program reads its person's notifications and marks them as read; never somebody else's."""

import pytest
from rest_framework.test import APIClient

from notifications.models import Notification
from tests.notifications.conftest import TASK, TITLE, assigned_to, new_task

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/"


@pytest.fixture
def client_of():
    def signed_in(person):
        client = APIClient()
        client.force_authenticate(person)
        return client

    return signed_in


def ids(answer):
    return [found["id"] for found in answer.json()["results"]]


def test_a_notification_says_what_and_why(told, client_of, asha):
    told(assigned_to(asha))

    (found,) = client_of(asha).get(URL).json()["results"]

    row = Notification.objects.get()
    assert found == {
        "id": row.pk,
        "kind": "TASK_ASSIGNED",
        "title": f"Please decide: {TITLE}",
        "body": "Due 24 November 2026, 10:30 UTC.",
        "reason": "You get this because you are asked to decide this question.",
        "url": f"/tasks/{TASK}/",
        "state": "UNSEEN",
        "handled": "",
        "times": 1,
        "due_at": "2026-11-24T10:30:00Z",
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        "seen_at": None,
        "read_at": None,
        "snoozed_until": None,
        "archived_at": None,
        "handled_at": None,
    }


def test_the_newest_comes_first_and_pages_follow(told, client_of, asha):
    told(*[new_task(asha) for _ in range(5)])
    newest = list(Notification.objects.newest_first().values_list("pk", flat=True))

    first = client_of(asha).get(URL, {"limit": 2})
    second = client_of(asha).get(first.json()["next"])

    assert ids(first) + ids(second) == newest[:4]


def test_nobody_sees_what_others_were_told(told, client_of, asha, cleo):
    told(assigned_to(asha))

    assert ids(client_of(cleo).get(URL)) == []


def test_reading_is_noted(told, client_of, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()

    answer = client_of(asha).post(f"{URL}{row.pk}/read/")

    row.refresh_from_db()
    assert answer.status_code == 204
    assert row.read_at is not None
    assert ids(client_of(asha).get(URL, {"unread": "true"})) == []
    assert ids(client_of(asha).get(URL)) == [row.pk]


def test_reading_twice_changes_nothing(told, client_of, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()
    client_of(asha).post(f"{URL}{row.pk}/read/")
    first = Notification.objects.get().read_at

    answer = client_of(asha).post(f"{URL}{row.pk}/read/")

    assert answer.status_code == 204
    assert Notification.objects.get().read_at == first


def test_somebody_elses_cannot_be_read(told, client_of, asha, cleo):
    told(assigned_to(asha))
    row = Notification.objects.get()

    answer = client_of(cleo).post(f"{URL}{row.pk}/read/")

    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    assert Notification.objects.get().read_at is None


@pytest.mark.parametrize(
    "asked", [{"unread": "maybe"}, {"box": "bin"}, {"box": "inbox", "unread": "true"}]
)
def test_a_bad_filter_is_named(client_of, asha, asked):
    answer = client_of(asha).get(URL, asked)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


def test_without_a_sign_in_there_is_nothing():
    assert APIClient().get(URL).status_code == 401
    assert APIClient().post(f"{URL}1/read/").status_code == 401
