"""Preferences over the API: read, replaced, changed in part, rehearsed."""

import pytest

from notifications.models import Default, PersonSettings, Preference
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/preferences/"


@pytest.fixture
def as_asha(client, asha):
    client.force_login(asha)
    return client


def send(client, method, body, url=URL):
    return getattr(client, method)(url, body, content_type="application/json")


def choice(mode, kind="TASK_ASSIGNED", channel="EMAIL"):
    return {"kind": kind, "channel": channel, "mode": mode}


def test_they_are_what_is_usual_at_first(as_asha):
    answer = as_asha.get(URL).json()

    choices = answer.pop("choices")
    assert answer == {
        "time_zone": "UTC",
        "quiet_from": None,
        "quiet_to": None,
        "quiet_weekends": False,
        "digest_every": "DAILY",
        "digest_hour": 8,
        "digest_weekday": 0,
        "most_an_hour": 20,
    }
    assert choices[1] == {
        "kind": "TASK_ASSIGNED",
        "channel": "EMAIL",
        "mode": None,
        "general": "NOW",
        "fixed": "",
    }


def test_patch_changes_what_is_named(as_asha):
    send(as_asha, "patch", {"digest_hour": 17, "choices": [choice("OFF")]})
    answer = send(as_asha, "patch", {"time_zone": "Asia/Kolkata"})

    assert answer.status_code == 200
    assert (answer.json()["time_zone"], answer.json()["digest_hour"]) == ("Asia/Kolkata", 17)
    assert answer.json()["choices"][1]["mode"] == "OFF"


def test_put_replaces_all_of_it(as_asha):
    send(as_asha, "patch", {"digest_hour": 17, "choices": [choice("OFF")]})

    answer = send(as_asha, "put", {"time_zone": "Asia/Kolkata"}).json()

    assert (answer["time_zone"], answer["digest_hour"]) == ("Asia/Kolkata", 8)
    assert not Preference.objects.exists()


def test_null_takes_a_choice_back(as_asha):
    send(as_asha, "patch", {"choices": [choice("OFF")]})
    send(as_asha, "patch", {"choices": [choice(None)]})

    assert not Preference.objects.exists()


def test_null_ends_quiet_hours(as_asha):
    send(as_asha, "patch", {"quiet_from": "22:00", "quiet_to": "07:00"})

    answer = send(as_asha, "patch", {"quiet_from": None, "quiet_to": None}).json()

    assert (answer["quiet_from"], answer["quiet_to"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, 400, "validation_error"),
        ({"digest_hour": 24}, 400, "validation_error"),
        ({"most_an_hour": 0}, 400, "validation_error"),
        ({"quiet_from": "25:00"}, 400, "validation_error"),
        ({"choices": [choice("OFTEN")]}, 400, "validation_error"),
        ({"choices": [choice("OFF", kind="NEWS")]}, 400, "validation_error"),
        ([1], 400, "validation_error"),
        ({"quiet_from": "22:00"}, 422, "bad_preference"),
        ({"choices": [choice("DIGEST", channel="WEBHOOK")]}, 422, "bad_preference"),
        ({"choices": [choice("OFF", kind="TASK_OVERDUE")]}, 409, "mode_is_fixed"),
    ],
    ids=[
        *("zone", "hour", "measure", "time", "mode", "kind", "list"),
        *("one end", "digest", "critical"),
    ],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_cannot_be_is_refused_and_changes_nothing(as_asha, method, body, status, code):
    answer = send(as_asha, method, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not PersonSettings.objects.exists()
    assert not Preference.objects.exists()


def test_what_is_locked_says_so(as_asha):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="DIGEST", locked=True)

    assert as_asha.get(URL).json()["choices"][1] == {
        "kind": "TASK_ASSIGNED",
        "channel": "EMAIL",
        "mode": None,
        "general": "DIGEST",
        "fixed": "An administrator set this for everybody.",
    }


def test_a_preview_counts_and_saves_nothing(told, as_asha, asha):
    told(new_task(asha), new_task(asha))

    answer = send(as_asha, "post", {"choices": [choice("NOW")]}, url=f"{URL}preview/")

    assert answer.json() == {
        "said": "Last week these settings would have sent 2 mails.",
        "counts": [{"channel": "EMAIL", "single": 2, "digests": 0, "waiting": 0}],
    }
    assert not Preference.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch"])
def test_strangers_are_refused(client, method):
    assert getattr(client, method)(URL).status_code == 401
