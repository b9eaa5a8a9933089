"""The same for support's programs."""

from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from tests.notifications.conftest import CLOSED, assigned_to, new_task

pytestmark = pytest.mark.django_db
API = "/api/v1/notifications/traces/"


@pytest.fixture
def api(vera):
    client = APIClient()
    client.force_authenticate(vera)
    return client


def test_the_api_lists_traces(told, api, asha, ada):
    told(new_task(asha), new_task(ada))

    answer = api.get(API, {"person": "asha@example.com"}).json()

    (only,) = answer["results"]
    assert only["recipient_id"] == str(asha.pk)
    assert only["rule_says"] == "Everybody who may decide a new task is told."
    assert only["said"] == "It became a row in their list."


def test_the_api_says_why_not(told, api, asha, ben):
    (event_id,) = told(replace(CLOSED, requester_id=str(ben.pk)))

    answer = api.get(f"{API}why-not/", {"person": str(asha.pk), "event": str(event_id)}).json()

    assert answer["trace"] is None
    assert answer["reasons"][0] == "No rule names them for this event."
    named = {each["rule"]: each["named"] for each in answer["rules"]}
    assert named["request-closed"] == 1


def test_the_api_says_why(told, api, asha):
    (event_id,) = told(assigned_to(asha))

    answer = api.get(f"{API}why-not/", {"person": str(asha.pk), "event": str(event_id)}).json()

    assert (answer["trace"]["verdict"], answer["reasons"]) == ("TOLD", [])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"person": "nobody@example.com"}, "person"),
        ({"event": "x"}, "event"),
    ],
    ids=["person", "event"],
)
def test_the_api_names_the_filter_at_fault(api, asked, field):
    answer = api.get(API, asked)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")
    assert field in str(answer.json())


def test_the_api_wants_both_for_why_not(api, asha):
    answer = api.get(f"{API}why-not/", {"person": str(asha.pk)})

    assert answer.json()["detail"] == "Name a person and an event."


@pytest.mark.parametrize("place", [API, f"{API}why-not/"])
def test_the_api_is_for_auditors_and_administrators(asha, place):
    client = APIClient()
    client.force_authenticate(asha)

    assert client.get(place).status_code == 403
