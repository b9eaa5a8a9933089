"""A thing as it was, put together from the changes in the records."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.reading.histories import state_at
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def change(operation, before, after, table="approval_policies", thing="7"):
    return {
        "table": table,
        "operation": operation,
        "id": thing,
        "session": "",
        "before": before,
        "after": after,
    }


def tell(*changes, kind="policy", thing="7"):
    """An entry a minute, each with one of these changes."""
    for number, each in enumerate(changes, start=1):
        at = NOON + number * MINUTE
        entry(number, links=[(kind, thing)], changes=[each], happened_at=at)


def fields(minute, kind="policy", thing="7"):
    rows = state_at(kind, thing, NOON + minute * MINUTE).rows
    return [row.fields for row in rows]


def test_a_row_is_followed_from_its_beginning_to_its_end():
    tell(
        change("INSERT", None, {"name": "A", "is_active": True}),
        change("UPDATE", {"name": "A"}, {"name": "B"}),
        change("DELETE", {"name": "B", "is_active": True}, None),
    )

    assert fields(0) == []
    assert fields(1) == [{"name": "A", "is_active": True}]
    assert fields(2) == [{"name": "B", "is_active": True}]
    assert fields(3) == []


def test_what_was_there_before_the_trail_is_told_by_what_changed_later():
    tell(
        change("UPDATE", {"name": "A"}, {"name": "B"}),
        change("UPDATE", {"is_active": True}, {"is_active": False}),
    )

    assert fields(0) == [{"name": "A", "is_active": True}]
    assert fields(1) == [{"name": "B", "is_active": True}]
    assert fields(2) == [{"name": "B", "is_active": False}]
    assert not state_at("policy", "7", NOON).rows[0].is_whole


def test_a_deleted_row_was_there_before():
    tell(change("DELETE", {"name": "A"}, None))

    assert fields(0) == [{"name": "A"}]
    assert fields(1) == []


def test_rows_that_belong_to_a_thing_are_told_apart():
    tell(
        change("INSERT", None, {"id": 1, "number": 1}, "question_versions", "q"),
        change("INSERT", None, {"id": 2, "number": 2}, "question_versions", "q"),
        kind="question",
        thing="q",
    )

    assert fields(1, "question", "q") == [{"id": 1, "number": 1}]
    assert fields(2, "question", "q") == [{"id": 1, "number": 1}, {"id": 2, "number": 2}]


def test_changes_of_other_things_in_the_same_entries_do_not_count():
    tell(change("INSERT", None, {"name": "B"}, thing="8"))

    assert fields(1) == []
    assert not state_at("policy", "7", NOON).is_known


def test_it_tells_who_had_seen_it_by_then():
    seen = {"action": "approvals.question_seen", "links": [("question", "q")]}
    entry(1, **seen, actor_label="Ada Okafor", detail={"version": 1}, happened_at=NOON)
    entry(2, **seen, actor_label="Asha Rao", detail={"version": 2}, happened_at=NOON + MINUTE)

    (sight,) = state_at("question", "q", NOON).seen

    assert (sight.entry.actor_label, sight.detail) == ("Ada Okafor", {"version": 1})
