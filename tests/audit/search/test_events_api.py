"""By API: facets, one entry in full, histories and states."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/"


def ask(person, path, /, **given):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(URL + path, given)


def test_how_many_fit_is_told(vera):
    entry(1)
    entry(2, text="Nothing of the kind.")

    answer = ask(vera, "events/", text="gas").json()

    assert (answer["count"], answer["count_is_exact"], answer["looked_back_to"]) == (1, True, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"acton": "x"}, "acton"),
        ({"text": "the"}, "text"),
        ({"since": "2026-13-01"}, "since"),
    ],
)
@pytest.mark.parametrize("path", ["events/", "events/facets/"])
def test_a_filter_at_fault_is_named(vera, path, given, field):
    answer = ask(vera, path, **given)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["events/", "things/task/t-1/history/"])
def test_a_cursor_at_fault_is_named(vera, path):
    answer = ask(vera, path, cursor="WzFd")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_facets_are_counted(vera):
    entry(1, scheme="Law", outcome="APPROVED")

    answer = ask(vera, "events/facets/", text="gas").json()

    assert answer["counted"] == 1
    assert answer["facets"]["scheme"] == [{"value": "Law", "label": "Law", "count": 1}]
    assert answer["facets"]["person"] == [{"value": "asha", "label": "Asha Rao", "count": 1}]


def test_an_entry_comes_with_its_full_data_set(vera):
    row = entry(1)

    answer = ask(vera, f"events/{row.event_id}/").json()

    assert answer["sequence"] == 1
    assert answer["record"]["actor"]["ip"] == "192.0.2.1"
    assert answer["record"]["detail"] == {"verdict": "APPROVED"}


def test_an_unknown_event_is_not_found(vera):
    answer = ask(vera, f"events/{uuid4()}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


def test_the_full_data_set_is_for_auditors(asha):
    row = entry(1)

    assert ask(asha, f"events/{row.event_id}/").status_code == 403


def test_auditors_read_whole_histories_and_others_what_happened(vera, ben, cleo, task):
    path = f"things/request/{task.request_id}/history/"
    entry(1, links=[("request", str(task.request_id))])

    (whole,) = ask(vera, path).json()["results"]
    (less,) = ask(ben, path).json()["results"]
    refused = ask(cleo, path)

    assert whole["actor_id"] == "asha"
    assert sorted(less) == ["action", "actor_label", "happened_at", "outcome", "sequence", "text"]
    assert (refused.status_code, refused.json()["code"]) == (404, "thing_not_found")


def test_a_state_needs_a_moment_with_its_zone(vera):
    for at in ("", "yesterday", "2026-03-01T12:00", "2026-99-01T12:00Z"):
        answer = ask(vera, "things/policy/7/state/", at=at)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


def test_a_state_is_told(vera):
    change = {
        "table": "approval_policies",
        "operation": "INSERT",
        "id": "7",
        "session": "",
        "before": None,
        "after": {"name": "A"},
    }
    entry(1, links=[("policy", "7")], changes=[change])

    answer = ask(vera, "things/policy/7/state/", at="2099-01-01T00:00:00Z").json()

    assert [row["fields"] for row in answer["rows"]] == [{"name": "A"}]
    assert answer["is_known"] is True
