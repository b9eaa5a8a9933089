"""The check of the trail finds whatever a superuser did to it, and says so by name."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit.models import Batch, Key, Record, Segment
from audit.proof import merkle
from audit.services.checking import check_trail
from tests.audit.chains import chain, erase, tamper
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db


def found(**how):
    """Each finding's check and entry."""
    return [(finding.check, finding.sequence) for finding in check_trail(**how).findings]


def test_an_empty_trail_is_whole():
    seen = check_trail()

    assert (seen.is_whole, seen.size) == (True, 0)


def test_a_trail_as_it_was_written_is_whole():
    chain(4)

    seen = check_trail()

    assert seen.findings == []
    assert (seen.is_whole, seen.size, seen.boxes) == (True, 4, 4)


def test_a_changed_record_is_found():
    chain()

    tamper(
        "UPDATE audit_record SET body = replace(body, 'APPROVED', 'REJECTED') WHERE sequence = 3"
    )

    assert found() == [("records", 3)]


def test_what_is_no_record_at_all_is_found():
    chain()

    tamper("UPDATE audit_record SET body = 'nothing' WHERE sequence = 3")

    assert ("records", 3) in found()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event_id", "00000000-0000-0000-0000-000000000001"),
        ("action", "approvals.looked"),
        ("actor_id", "cleo"),
        ("owner_id", "cleo"),
        ("scheme", "Physics"),
        ("workflow_id", "w-1"),
        ("step_id", "second"),
        ("subject_kind", "person"),
        ("subject_id", "t-9"),
        ("outcome", "REJECTED"),
        ("correlation_id", "request-0002"),
        ("happened_at", datetime(2026, 1, 1, tzinfo=UTC)),
        ("recorded_at", datetime(2026, 1, 1, tzinfo=UTC)),
        ("text", "{actor} rejected it."),
    ],
)
def test_a_changed_searchable_column_is_found(column, value):
    chain()

    tamper(f'UPDATE audit_entry SET "{column}" = %s WHERE sequence = 2', value)

    assert ("columns", 2) in found()
    assert column in check_trail().first_of("columns").said


def test_words_that_an_entry_is_not_found_by_any_more_are_found():
    chain()

    tamper("UPDATE audit_entry SET search = '' WHERE sequence = 2")

    assert found() == [("words", 2)]


def test_a_link_that_was_removed_is_found():
    chain()

    tamper("DELETE FROM audit_link WHERE sequence = 2")

    assert found() == [("links", 2)]


def test_a_link_to_another_thing_is_found():
    chain()

    tamper("INSERT INTO audit_link (kind, object_id, sequence) VALUES ('task', 't-9', 2)")

    assert found() == [("links", 2)]
    assert check_trail().findings[0].said == (
        "The history of task t-9 has this entry, which says nothing of it."
    )


def test_an_entry_missing_in_the_middle_is_found():
    chain()

    tamper("DELETE FROM audit_entry WHERE sequence = 2")
    tamper("DELETE FROM audit_record WHERE sequence = 2")
    tamper("DELETE FROM audit_link WHERE sequence = 2")

    assert [one for one in found() if one[0] == "sequence"] == [("sequence", 2)]


def test_an_entry_without_a_record_is_found():
    chain()

    tamper("DELETE FROM audit_record WHERE sequence = 2")

    assert ("sequence", 2) in [(each.check, each.sequence) for each in check_trail().findings]


def test_a_record_without_an_entry_is_found():
    chain()

    tamper("DELETE FROM audit_entry WHERE sequence = 2")

    assert found() == [("sequence", 2)]


def archive(first, last):
    Segment.objects.create(first=first, last=last, name="segment", digest="d" * 64, size=1)
    tamper("DELETE FROM audit_entry WHERE sequence BETWEEN %s AND %s", first, last)
    tamper("UPDATE audit_record SET body = '' WHERE sequence BETWEEN %s AND %s", first, last)


def test_what_went_to_the_archive_is_not_missed():
    chain()

    archive(1, 2)

    seen = check_trail()
    assert seen.findings == []
    assert (seen.size, seen.archived) == (4, 2)


def test_a_record_that_was_emptied_without_an_archive_is_found():
    chain()

    tamper("UPDATE audit_record SET body = '' WHERE sequence = 2")

    assert ("archive", 2) in found()


def test_an_erasure_that_went_to_the_archive_is_not_missed():
    chain()
    archive(1, 2)

    erase("person:asha", timezone.now() - timedelta(days=1))

    assert found() == []


def test_the_first_entry_missing_is_found():
    chain()

    tamper("DELETE FROM audit_record WHERE sequence = 1")

    assert ("sequence", 1) in found()


def test_newest_entries_missing_are_found_by_the_sealers_place():
    chain()

    tamper("DELETE FROM audit_entry WHERE sequence > 2")
    tamper("DELETE FROM audit_record WHERE sequence > 2")
    tamper("DELETE FROM audit_link WHERE sequence > 2")

    assert found() == [("batches", 3)]


def test_a_record_under_another_number_is_found():
    chain()

    for before, after in ((2, 9), (3, 2), (9, 3)):
        tamper("UPDATE audit_record SET sequence = %s WHERE sequence = %s", after, before)

    assert ("columns", 2) in found()


def test_an_exchanged_key_is_found():
    chain()

    tamper("UPDATE audit_key SET key = %s WHERE name = 'person:asha'", bytes(32))

    assert found() == [("boxes", number) for number in (1, 2, 3, 4)]


def test_a_missing_key_is_found():
    chain()

    tamper("DELETE FROM audit_key WHERE name = 'person:asha'")

    assert found()[0] == ("boxes", 1)


def test_a_key_destroyed_without_an_erasure_on_record_is_found():
    chain()

    erase("person:asha", timezone.now() - timedelta(hours=1))

    assert found() == [("erasures", None)]


def test_an_erasure_that_is_about_to_be_recorded_is_not_missed_yet():
    chain()

    erase("person:asha", timezone.now() - timedelta(seconds=1))

    assert found() == []


def test_an_erasure_on_record_explains_the_destroyed_key_and_those_of_texts():
    at = timezone.now() - timedelta(hours=1)
    Key.objects.create(name="text:1", key=bytes(32))
    entry(1)
    entry(
        2,
        actor_label="System",
        action="audit.keys_erased",
        detail={"person_id": "asha", "names": ["person:asha", "text:1"]},
    )
    Batch.objects.create(size=2, transaction_id=1, log_id=2)

    erase("person:asha", at)
    erase("text:1", at)

    seen = check_trail()
    assert seen.findings == []
    assert seen.erased == 1


def test_an_erasure_on_record_explains_no_key_that_it_does_not_name():
    at = timezone.now() - timedelta(hours=1)
    entry(1)
    entry(2, actor_label="System", action="audit.keys_erased", detail={"names": ["person:ben"]})
    Batch.objects.create(size=2, transaction_id=1, log_id=2)

    erase("person:asha", at)

    assert found() == [("erasures", None)]


def test_a_key_that_is_back_after_the_erasure_is_found():
    entry(1)
    entry(
        2,
        actor_label="Vera Lind",
        action="audit.keys_erased",
        detail={"person_id": "asha", "names": ["person:asha"]},
    )
    Batch.objects.create(size=2, transaction_id=1, log_id=2)

    assert found() == [("erasures", 2)]


def test_a_key_that_is_neither_whole_nor_erased_is_found():
    chain()

    tamper("UPDATE audit_key SET erased_at = now() WHERE name = 'person:asha'")

    assert ("erasures", None) in found()


def test_a_node_that_is_not_that_of_its_leaves_is_found():
    chain(257)

    tamper("UPDATE audit_node SET hash = %s", bytes(32))

    assert found() == [("tree", 256)]


def test_a_missing_node_is_found():
    chain(256)

    tamper("DELETE FROM audit_node")

    assert found() == [("tree", 256)]


def test_a_rewritten_record_with_its_leaf_computed_anew_is_found_by_the_tree():
    chain(256)
    body = Record.objects.get(pk=5).body.replace("APPROVED", "REJECTED")

    tamper(
        "UPDATE audit_record SET body = %s, leaf = %s WHERE sequence = 5",
        body,
        merkle.leaf_hash(body.encode()),
    )

    assert found() == [("tree", 256)]


def test_a_check_may_begin_after_a_number_of_whole_blocks():
    chain(260)
    tamper(
        "UPDATE audit_record SET body = replace(body, 'APPROVED', 'REJECTED') WHERE sequence = 3"
    )

    seen = check_trail(since=256)

    assert (seen.findings, seen.first, seen.size, seen.boxes) == ([], 257, 260, 4)


def test_a_check_begins_nowhere_else():
    with pytest.raises(ValueError, match="multiple of 256"):
        check_trail(since=5)


def test_what_is_found_over_and_over_is_counted_and_told_twenty_times():
    chain(30)

    tamper("UPDATE audit_entry SET outcome = 'REJECTED'")

    seen = check_trail()
    assert len(seen.findings) == 20
    assert seen.failed == {"columns": 30}


def test_two_workers_see_what_one_sees(transactional_db):
    chain(4)

    assert check_trail(workers=2).findings == []
