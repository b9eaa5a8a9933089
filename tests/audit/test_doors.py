"""The only changes of the trail, each by a function of the database that asks what has to be so."""

from uuid import UUID

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from audit import doors
from audit.models import Batch, Change, Entry, Hold, Key, Person, Record, Seal, Segment
from audit.proof.records import person_key, text_key
from tests.audit import trail

pytestmark = pytest.mark.django_db

NOBODY = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def change(**fields):
    return Change.objects.create(
        **{
            "table": "approvals_question",
            "operation": "UPDATE",
            "object_id": "q-1",
            "session": "imprimatur_app",
            **fields,
        }
    )


def sealed(size):
    Seal.objects.create(size=size, root=bytes(32), note="note", key_id="key")


def segment(first, last):
    Segment.objects.create(first=first, last=last, name="segment", digest="0" * 64, size=1)


def hold(scope="EVERYTHING", **fields):
    return Hold.objects.create(scope=scope, reason="A case at court.", placed_by="vera", **fields)


def refused(error, words):
    """Raises as pytest does, in a savepoint, so that the test can look afterwards."""
    stack = pytest.raises(error, match=words)
    return _Refused(stack)


class _Refused:
    def __init__(self, expected):
        self.expected = expected
        self.atomic = transaction.atomic()

    def __enter__(self):
        self.expected.__enter__()
        self.atomic.__enter__()

    def __exit__(self, *error):
        self.atomic.__exit__(*error)
        return self.expected.__exit__(*error)


def test_changes_are_dropped_while_they_are_sealed():
    kept, dropped = change(), change()
    trail.entry(1)

    assert doors.drop_changes([dropped.pk]) == 1
    assert list(Change.objects.filter(object_id="q-1")) == [kept]


def test_changes_are_not_dropped_after_the_batch():
    pending = change()
    trail.entry(1)
    Batch.objects.create(size=1, transaction_id=1, log_id=1)

    with refused(IntegrityError, "in the transaction that seals them"):
        doors.drop_changes([pending.pk])

    assert list(Change.objects.filter(object_id="q-1")) == [pending]


@pytest.mark.parametrize("arguments", ["NULL", "ARRAY[1, NULL]::bigint[]"])
def test_changes_have_to_be_named(arguments):
    with refused(DataError, "Name the changes to drop"), connection.cursor() as cursor:
        cursor.execute(f"SELECT audit_drop_changes({arguments})")


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM audit_change", "UPDATE audit_change SET object_id = ''", "TRUNCATE audit_change"],
)
def test_nobody_else_touches_captured_changes(statement):
    pending = change()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_change ENABLE TRIGGER audit_change_refuses_truncate")

        with refused(IntegrityError, "append-only"):
            cursor.execute(statement)

    assert list(Change.objects.filter(object_id="q-1")) == [pending]


def test_a_destroyed_key_stays_by_name_only():
    trail.entry(1, actor_id="asha")

    assert doors.destroy_keys([person_key("asha")]) == 1
    key = Key.objects.get(pk="person:asha")
    assert key.key is None
    assert key.erased_at is not None
    assert not Person.objects.filter(pk="asha").exists()


def test_destroying_a_key_again_changes_nothing():
    trail.entry(1, actor_id="asha")
    doors.destroy_keys([person_key("asha")])
    before = Key.objects.get(pk="person:asha").erased_at

    assert doors.destroy_keys([person_key("asha")]) == 0
    assert Key.objects.get(pk="person:asha").erased_at == before


def test_a_key_that_was_never_made_is_destroyed_for_good():
    doors.destroy_keys([text_key(NOBODY)])

    assert Key.objects.get(pk=f"text:{NOBODY}").key is None


@pytest.mark.parametrize(
    "name",
    ["", "person:", "text:1", "text:' OR true --", "cat:asha", f"text:{NOBODY}".upper()],
    ids=["empty", "nobody", "short", "quote", "kind", "case"],
)
def test_what_is_no_name_of_a_key_is_refused(name):
    trail.entry(1, actor_id="asha")

    with refused(DataError, "is not the name of a key"):
        doors.destroy_keys([person_key("asha"), name])

    assert Key.objects.get(pk="person:asha").key is not None


@pytest.mark.parametrize("arguments", ["NULL", "ARRAY['person:asha', NULL]"])
def test_keys_have_to_be_named(arguments):
    with refused(DataError, "Name the keys to destroy"), connection.cursor() as cursor:
        cursor.execute(f"SELECT audit_destroy_keys({arguments})")


HELD = {
    "everything": {"scope": "EVERYTHING"},
    "the person": {"scope": "PERSON", "kind": "user", "object_id": "asha"},
    "a thing they acted on": {"scope": "OBJECT", "kind": "task", "object_id": "t-1"},
    "a thing that names them": {"scope": "OBJECT", "kind": "task", "object_id": "t-2"},
}


@pytest.mark.parametrize("what", HELD.values(), ids=HELD)
def test_a_held_person_s_key_is_not_destroyed(what):
    trail.entry(1, actor_id="asha")
    trail.entry(2, actor_id="ben", links=[("task", "t-2"), ("user", "asha")])
    placed = hold(**what)

    with refused(IntegrityError, f"Legal hold {placed.pk} forbids"):
        doors.destroy_keys([person_key("asha")])

    assert Key.objects.get(pk="person:asha").key is not None


TEXTS = {
    "everything": {"scope": "EVERYTHING"},
    "who wrote it": {"scope": "PERSON", "kind": "user", "object_id": "asha"},
    "whom it is about": {"scope": "PERSON", "kind": "user", "object_id": "ben"},
    "what it is about": {"scope": "OBJECT", "kind": "task", "object_id": "t-1"},
}


@pytest.mark.parametrize("what", TEXTS.values(), ids=TEXTS)
def test_a_held_text_s_key_is_not_destroyed(what):
    entry = trail.entry(1, actor_id="asha", links=[("task", "t-1"), ("user", "ben")])
    placed = hold(**what)

    with refused(IntegrityError, f"Legal hold {placed.pk} forbids"):
        doors.destroy_keys([text_key(UUID(str(entry.event_id)))])


def test_a_hold_on_others_does_not_keep_a_key():
    trail.entry(1, actor_id="asha")
    trail.entry(2, actor_id="ben")
    hold("PERSON", kind="user", object_id="ben")
    hold("OBJECT", kind="task", object_id="t-2")

    assert doors.destroy_keys([person_key("asha")]) == 1


def test_a_hold_on_a_thing_in_the_archive_keeps_every_key():
    """Who had to do with it stands in the archive alone."""
    trail.entry(1, actor_id="asha")
    sealed(1)
    segment(1, 1)
    doors.remove_archived(1, 1)
    hold("OBJECT", kind="task", object_id="t-1")

    with refused(IntegrityError, "forbids"):
        doors.destroy_keys([person_key("ben")])


def test_what_is_archived_leaves_but_its_leaf_stays():
    for sequence in (1, 2, 3):
        trail.entry(sequence)
    leaf = bytes(Record.objects.get(pk=1).leaf)
    sealed(3)
    segment(1, 2)

    assert doors.remove_archived(1, 2) == 2
    assert list(Entry.objects.values_list("sequence", flat=True)) == [3]
    assert [bool(record.body) for record in Record.objects.order_by("pk")] == [False, False, True]
    assert bytes(Record.objects.get(pk=1).leaf) == leaf


def test_removing_twice_is_harmless():
    trail.entry(1)
    sealed(1)
    segment(1, 1)
    doors.remove_archived(1, 1)

    assert doors.remove_archived(1, 1) == 0


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 3), (2, 2), (0, 9)])
def test_only_a_whole_segment_is_removed(first, last):
    for sequence in (1, 2, 3):
        trail.entry(sequence)
    sealed(3)
    segment(1, 2)

    with refused(DataError, "There is no archived segment"):
        doors.remove_archived(first, last)

    assert Entry.objects.count() == 3


def test_what_no_seal_covers_is_not_removed():
    trail.entry(1)
    segment(1, 1)

    with refused(IntegrityError, "No seal covers"):
        doors.remove_archived(1, 1)


@pytest.mark.parametrize("what", TEXTS.values(), ids=TEXTS)
def test_what_is_held_is_not_removed(what):
    trail.entry(1, actor_id="asha", links=[("task", "t-1"), ("user", "ben")])
    sealed(1)
    segment(1, 1)
    placed = hold(**what)

    with refused(IntegrityError, f"Legal hold {placed.pk} forbids"):
        doors.remove_archived(1, 1)

    assert Entry.objects.count() == 1


def test_a_function_of_the_same_name_elsewhere_is_no_door():
    trail.entry(1, actor_id="asha")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA forged; CREATE FUNCTION forged.audit_destroy_keys(text[]) RETURNS void"
            " LANGUAGE plpgsql AS 'BEGIN UPDATE audit_key SET key = NULL; END'"
        )

        with refused(IntegrityError, "append-only"):
            cursor.execute("SELECT forged.audit_destroy_keys('{}')")


@pytest.mark.parametrize("function", doors.FUNCTIONS)
def test_nobody_may_call_a_door_unless_they_were_given_leave(function):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('public', %s, 'EXECUTE')", [function])

        assert cursor.fetchone() == (False,)


def test_every_function_with_the_owner_s_rights_pins_its_search_path():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND NOT COALESCE(proconfig::text LIKE '%%search_path=%%pg_temp%%', false)"
        )

        assert cursor.fetchall() == []
