"""A program reads, archives and snoozes for its person, and takes it back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from notifications.models import Notification
from notifications.services import Step, take_step
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/"
TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture
def ids(told, asha):
    """Of three unread ones, oldest first."""
    told(new_task(asha), new_task(asha), new_task(asha))
    return list(Notification.objects.order_by("id").values_list("pk", flat=True))


@pytest.fixture
def api(asha):
    client = APIClient()
    client.force_authenticate(asha)
    return client


def step(api, word, ids, **fields):
    return api.post(f"{URL}steps/", {"step": word, "ids": ids, **fields}, format="json")


def take_back(api, undo):
    return api.post(f"{URL}undo/", {"undo": undo}, format="json")


def found(api, **asked):
    return [each["id"] for each in api.get(URL, asked).json()["results"]]


def test_a_step_answers_with_the_count_and_the_way_back(api, ids):
    answer = step(api, "ARCHIVE", ids[:2])

    body = answer.json()
    assert answer.status_code == 200
    assert (body["changed"], body["unread"], body["undo"] != "") == (2, 1, True)
    assert take_back(api, body["undo"]).json() == {"changed": 2, "unread": 3}


def test_each_box_has_its_own(api, ids):
    step(api, "ARCHIVE", ids[:1])
    step(api, "SNOOZE", ids[1:2], until=TOMORROW.isoformat())

    assert found(api, box="archived") == ids[:1]
    assert found(api, box="snoozed") == ids[1:2]
    assert found(api, box="inbox") == found(api, box="unread") == ids[2:]
    assert found(api) == ids[::-1]


def test_one_says_how_it_stands(api, ids):
    step(api, "SNOOZE", ids[:1], until=TOMORROW.isoformat())

    body = api.get(f"{URL}{ids[0]}/").json()

    assert body["state"] == "SNOOZED"
    assert body["snoozed_until"] == TOMORROW.isoformat().replace("+00:00", "Z")


def test_the_badge_is_what_the_list_of_unread_ones_has(api, ids):
    step(api, "READ", ids[:1])

    assert api.get(f"{URL}badge/").json() == {"unread": len(found(api, box="unread"))}


def test_everything_is_read_at_once(api, ids):
    body = api.post(f"{URL}read/").json()

    assert (body["changed"], body["unread"]) == (3, 0)
    assert take_back(api, body["undo"]).json() == {"changed": 3, "unread": 3}


def test_reading_everything_twice_leaves_nothing_to_undo(api, ids):
    api.post(f"{URL}read/")

    assert api.post(f"{URL}read/").json() == {"changed": 0, "unread": 0, "undo": ""}


def test_having_seen_them_changes_no_count(api, ids):
    answer = api.post(f"{URL}seen/", {"ids": ids}, format="json")

    assert answer.status_code == 204
    assert api.get(f"{URL}{ids[0]}/").json()["state"] == "SEEN"
    assert api.get(f"{URL}badge/").json() == {"unread": 3}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"step": "EAT"}, "step"),
        ({"step": "READ", "ids": []}, "ids"),
        ({"step": "READ", "ids": [2**63]}, "ids[0]"),
        ({"step": "READ", "ids": list(range(1, 102))}, "ids"),
        ({"step": "SNOOZE", "until": "tomorrow"}, "until"),
    ],
    ids=["step", "none", "huge", "too-many", "no-time"],
)
def test_what_has_the_wrong_shape_is_named(api, ids, body, field):
    answer = api.post(f"{URL}steps/", {"ids": ids, **body}, format="json")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_a_snooze_into_the_past_is_refused(api, ids):
    answer = step(api, "SNOOZE", ids, until="2020-01-01T00:00:00Z")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert found(api, box="inbox") == ids[::-1]


def test_somebody_elses_are_not_found(api, told, ada, ids):
    told(new_task(ada))
    hers = Notification.objects.get(recipient=ada).pk

    assert step(api, "READ", [*ids, hers]).json()["code"] == "notification_not_found"
    assert api.get(f"{URL}{hers}/").json()["code"] == "notification_not_found"
    assert api.get(f"{URL}badge/").json() == {"unread": 3}


def test_nobody_undoes_for_somebody_else(api, told, ada, ids):
    told(new_task(ada))
    hers = Notification.objects.get(recipient=ada)
    taken = take_step(Step.ARCHIVE, ids=[hers.pk], person_id=ada.pk)

    answer = take_back(api, taken.undo.sealed())

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert Notification.objects.get(pk=hers.pk).state == "ARCHIVED"


@pytest.mark.parametrize(
    "address", ["999999999999999999999999/", "999999999999999999999999/read/", "0/"]
)
def test_an_id_that_no_row_has_is_not_found(api, address):
    answer = api.post(URL + address) if "read" in address else api.get(URL + address)

    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")


@pytest.mark.parametrize("place", ["steps/", "undo/", "seen/", "read/"])
def test_without_a_sign_in_nothing_is_changed(place):
    assert APIClient().post(URL + place, {}, format="json").status_code == 401
