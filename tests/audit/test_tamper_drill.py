"""The drill alters a copy in fourteen ways, finds each, and leaves the trail alone."""

import time

import pytest
from django.db import connection

from audit.models import Entry, Key, Link, Record, Seal
from audit.services.drilling import TAMPERINGS, TrailTooShort, hold_drill
from audit.services.drilling.scratch import scratch_copy
from outbox.models import Event
from tests.audit.chains import chain, tamper
from tests.audit.conftest import ASHA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


def everything():
    """All that the trail has, row by row."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Entry, Record, Link, Seal, Key)
    ]


def assert_no_copy_is_left():
    """A session that was closed ends within a moment, and its tables with it."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'audit_entry'")
            if cursor.fetchone() == (1,):
                return
        time.sleep(0.01)
    pytest.fail("A copy is left behind.")


def test_there_are_fourteen_ways_to_alter_the_trail():
    assert len(TAMPERINGS) == 14
    assert len({tampering.title for tampering in TAMPERINGS}) == 14


def test_every_one_of_them_is_found_by_the_check_that_is_meant_for_it():
    chain(12, seals=(4, 9, 12))

    drill = hold_drill(actor=ASHA)

    assert [(attempt.title, attempt.check) for attempt in drill.attempts] == [
        ("A record is changed", "records"),
        ("What is searched is changed", "columns"),
        ("A history is changed", "links"),
        ("An entry is removed", "sequence"),
        ("The newest entries are removed", "heads"),
        ("An entry is invented", "columns"),
        ("Two entries are exchanged", "columns"),
        ("An entry is back-dated", "seals"),
        ("A record is rewritten, and its leaf with it", "seals"),
        ("The whole tree is computed anew, under the old signatures", "signatures"),
        ("All is sealed anew with a foreign key", "signatures"),
        ("All is sealed anew with our own key", "heads"),
        ("A person’s key is exchanged", "boxes"),
        ("A key is destroyed in secret", "erasures"),
    ]
    assert (drill.found, drill.is_passed, drill.amiss) == (14, True, [])


def test_a_trail_longer_than_the_copy_is_copied_from_a_whole_block_on():
    chain(300, seals=(4, 280, 300))

    drill = hold_drill(actor=ASHA, at_most=20)

    assert (drill.first, drill.last, drill.found) == (257, 300, 14)


def test_the_real_trail_is_untouched():
    chain(12, seals=(4, 9, 12))
    before = everything()

    hold_drill(actor=ASHA)

    assert everything() == before


def test_no_copy_is_left_behind():
    chain(12, seals=(12,))

    hold_drill(actor=ASHA)

    assert_no_copy_is_left()


def test_a_copy_is_gone_when_a_drill_breaks_off():
    chain(12, seals=(12,))

    with pytest.raises(ZeroDivisionError):
        break_off()

    assert_no_copy_is_left()
    assert Entry.objects.count() == 12


def break_off():
    with scratch_copy() as copy, copy.undone():
        copy.do("DELETE FROM pg_temp.audit_entry")
        copy.ask(str(1 // 0))


def test_two_drills_at_once_do_not_see_each_other():
    chain(12, seals=(12,))

    with scratch_copy() as one, scratch_copy() as other, one.undone():
        one.do("DELETE FROM pg_temp.audit_entry")

        assert one.ask("SELECT count(*) FROM audit_entry") == [(0,)]
        assert other.ask("SELECT count(*) FROM audit_entry") == [(12,)]
        assert other.check().findings == []


def test_a_drill_is_an_event():
    chain(12, seals=(12,))

    hold_drill(actor=ASHA)

    event = Event.objects.get(name="audit.tamper_drill_held")
    assert event.actor_id == ASHA.id
    assert event.payload == {
        "first": 1,
        "last": 12,
        "tried": 14,
        "found": 14,
        "amiss": 0,
        "missed": [],
    }


def test_what_was_wrong_before_the_drill_is_told_and_not_taken_for_found():
    chain(12, seals=(12,))
    tamper("UPDATE audit_entry SET outcome = 'WITHDRAWN' WHERE sequence = 2")

    drill = hold_drill(actor=ASHA)

    assert [finding.check for finding in drill.amiss] == ["columns"]
    assert not drill.is_passed


def test_a_trail_of_a_few_entries_is_too_short():
    chain(7, seals=(7,))

    with pytest.raises(TrailTooShort):
        hold_drill(actor=ASHA)


def test_a_trail_that_nobody_sealed_is_too_short():
    chain(12)

    with pytest.raises(TrailTooShort):
        hold_drill(actor=ASHA)
