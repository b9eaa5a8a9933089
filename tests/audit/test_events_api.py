"""Auditors and administrators read the trail by API; nobody else, and nobody writes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/events/"


def ask(person, /, **filters):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(URL, filters)


def sequences(answer):
    return [found["sequence"] for found in answer.json()["results"]]


def test_an_auditor_reads_every_field(vera):
    row = entry(1)

    (found,) = ask(vera).json()["results"]

    assert found == {
        "sequence": 1,
        "event_id": str(row.event_id),
        "action": "approvals.task_decided",
        "actor_id": "asha",
        "actor_label": "Asha Rao",
        "subject_kind": "task",
        "subject_id": "t-1",
        "request_id": "request-0001",
        "happened_at": row.happened_at.isoformat().replace("+00:00", "Z"),
        "recorded_at": found["recorded_at"],
        "text": "Asha Rao approved “Which gas law?”.",
        "owner_id": "",
        "scheme": "",
        "workflow_id": "",
        "step_id": "",
        "outcome": "",
    }


def test_an_administrator_reads_it_too(admin_person):
    assert ask(admin_person).status_code == 200


@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
def test_nobody_else_does(request, name):
    entry(1)

    answer = ask(request.getfixturevalue(name))

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"


def test_without_a_sign_in_there_is_nothing():
    assert APIClient().get(URL).status_code == 401


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nobody_writes(vera, method):
    client = APIClient()
    client.force_authenticate(vera)

    assert getattr(client, method)(URL, {}, format="json").status_code == 405


@pytest.mark.parametrize(
    "filters",
    [
        {"text": "gas LAW"},
        {"person": "asha"},
        {"person": "Rao"},
        {"action": "approvals.task_decided"},
        {"subject": "t-1"},
        {"request_id": "request-0001"},
        {"since": "2026-01-10"},
        {"until": "2026-01-10"},
        {"since": "2026-01-10", "until": "2026-01-10", "person": "asha"},
    ],
)
def test_filters_narrow_the_list(vera, filters):
    then = timezone.now().replace(year=2026, month=1, day=10, hour=12)
    entry(1, happened_at=then)
    away = timedelta(days=2 if "until" in filters else -2)
    entry(
        2,
        action="accounts.signed_in",
        actor_id="ben",
        actor_label="Ben Novak",
        subject_id="u-2",
        correlation_id="request-0002",
        happened_at=then + away,
        text="Ben Novak signed in.",
    )

    assert sequences(ask(vera, **filters)) == [1]


def test_what_the_machine_did_can_be_left_out(vera):
    entry(1)
    entry(2, actor_id="system", actor_label="System")

    assert sequences(ask(vera)) == [2, 1]
    assert sequences(ask(vera, people_only="true")) == [1]


def test_the_newest_comes_first_and_pages_follow(vera):
    for number in range(1, 6):
        entry(number)

    first = ask(vera, limit=2)
    client = APIClient()
    client.force_authenticate(vera)
    second = client.get(first.json()["next"])

    assert sequences(first) == [5, 4]
    assert sequences(second) == [3, 2]


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-02-30"}, "until"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "until"),
        ({"text": "x" * 201}, "text"),
        ({"request_id": "x" * 65}, "request_id"),
    ],
)
def test_a_bad_filter_is_named(vera, filters, field):
    answer = ask(vera, **filters)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_filter"
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_bad_cursor_is_named(vera):
    answer = ask(vera, cursor="elsewhere")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
