"""Old entries go to the archive, and can be proved and read from there."""

import io
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import roles
from audit import doors, verify_audit
from audit.models import Entry, Hold, Link, Record, Segment
from audit.reading.archive import ArchiveAltered, body_of
from audit.selectors import record_of
from audit.services import archiving, proving
from audit.services.archiving import CannotArchive, archive_old
from audit.services.checking import check_trail
from outbox.models import Event
from tests.audit.sealed import sealed
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.AUDIT_KEEP_DAYS = 30


def old(*sizes):
    """Let what is under these batches look 31 days old."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_batch DISABLE TRIGGER audit_batch_refuses_change")
        cursor.execute(
            "UPDATE audit_batch SET recorded_at = now() - interval '31 days' WHERE size = ANY(%s)",
            [list(sizes)],
        )
        cursor.execute("ALTER TABLE audit_batch ENABLE TRIGGER audit_batch_refuses_change")


@pytest.fixture
def trail():
    """Five old entries, and two of today."""
    bodies = {}
    sealed({}, {"actor_id": "ben"}, {}, {}, {})
    sealed({}, {})
    old(5)
    for record in Record.objects.all():
        bodies[record.pk] = record.body
    return bodies


def ranges():
    return list(Segment.objects.order_by("first").values_list("first", "last"))


def in_the_database():
    return list(Entry.objects.order_by("sequence").values_list("sequence", flat=True))


def test_without_a_time_everything_stays(trail, settings):
    settings.AUDIT_KEEP_DAYS = 0

    assert archive_old() == 0
    assert in_the_database() == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_old_goes_and_what_is_young_stays(trail):
    assert archive_old() == 5
    assert ranges() == [(1, 5)]
    assert in_the_database() == [6, 7]
    assert [record.pk for record in Record.objects.order_by("pk") if record.body] == [6, 7]


def test_leaves_and_links_stay_so_every_proof_verifies(trail):
    before = (proving.root(7), proving.inclusion([2], 7), Link.objects.count())

    archive_old()

    assert (proving.root(7), proving.inclusion([2], 7), Link.objects.count()) == before


def test_archiving_is_an_event(trail):
    archive_old()

    segment = Segment.objects.get()
    assert Event.objects.get(name="audit.segment_archived").payload == {
        "first": 1,
        "last": 5,
        "file": segment.name,
        "sha256": segment.digest,
    }


def test_archiving_twice_is_harmless(trail):
    archive_old()

    assert archive_old() == 0
    assert ranges() == [(1, 5)]


def test_large_trails_go_in_portions(trail):
    assert archive_old(at_most=2) == 5
    assert ranges() == [(1, 2), (3, 4), (5, 5)]


def test_an_archived_entry_is_read_from_its_segment(trail):
    archive_old(at_most=2)

    assert body_of(3) == trail[3]
    assert record_of(2)["actor"]["label"] == "Asha Rao"


def test_the_segment_has_no_keys(trail):
    archive_old()

    with default_storage.open(Segment.objects.get().name) as file:
        data = file.read()
    assert b'"keys":{' not in zipfile.ZipFile(io.BytesIO(data)).read("entries.jsonl")


def test_a_person_can_be_erased_in_the_archive(trail):
    archive_old()

    doors.destroy_keys(["person:ben"])

    assert record_of(2)["actor"]["label"] == {"sealed": "person:ben"}


def test_a_segment_is_verified_by_itself(trail, tmp_path):
    archive_old(at_most=2)

    for segment in Segment.objects.all():
        told = subprocess.run(
            [sys.executable, "-P", verify_audit.__file__, default_storage.path(segment.name)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout + told.stderr


def test_a_full_check_finds_nothing_wrong(trail):
    archive_old()

    assert check_trail().is_whole


HOLDS = {
    "everything": {"scope": "EVERYTHING"},
    "a person": {"scope": "PERSON", "kind": "user", "object_id": "ben"},
    "a thing": {"scope": "OBJECT", "kind": "task", "object_id": "t-2"},
}


@pytest.mark.parametrize("what", HOLDS.values(), ids=HOLDS)
def test_what_is_held_stays(trail, what):
    hold = Hold.objects.create(**what, reason="A case.", placed_by="vera")

    archive_old(at_most=2)
    held = in_the_database()
    hold.released_at, hold.released_by, hold.release_reason = hold.placed_at, "vera", "Over."
    hold.refresh_from_db(fields=["placed_at"])
    hold.released_at = hold.placed_at
    hold.save()
    archive_old(at_most=2)

    assert held[:2] == [1, 2]
    assert in_the_database() == [6, 7]


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_killed_before_it_was_recorded_nothing_has_gone(trail, monkeypatch):
    def killed(**_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(archiving, "_recorded", killed)
        with pytest.raises(Killed):
            archive_old()
    kept = in_the_database()
    archive_old()

    assert kept == [1, 2, 3, 4, 5, 6, 7]
    assert in_the_database() == [6, 7]


def test_killed_before_the_removal_the_next_round_removes(trail, monkeypatch):
    def killed(_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(archiving, "_remove", killed)
        with pytest.raises(Killed):
            archive_old()
    kept = in_the_database()

    assert kept == [1, 2, 3, 4, 5, 6, 7]
    assert archive_old() == 5
    assert ranges() == [(1, 5)]


def test_a_record_that_is_not_what_was_recorded_is_not_archived(trail):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_record DISABLE TRIGGER audit_record_refuses_change")
        cursor.execute("UPDATE audit_record SET body = body || ' ' WHERE sequence = 3")
        cursor.execute("ALTER TABLE audit_record ENABLE TRIGGER audit_record_refuses_change")

    with pytest.raises(CannotArchive, match="Record 3 is not what was recorded"):
        archive_old()

    assert in_the_database() == [1, 2, 3, 4, 5, 6, 7]


def test_a_storage_that_keeps_something_else_is_noticed(trail, monkeypatch):
    class Forgetful:
        def save(self, name, content):
            return default_storage.save(name, ContentFile(b"something else"))

        def open(self, name):
            return default_storage.open(name)

    monkeypatch.setattr(archiving, "default_storage", Forgetful())

    with pytest.raises(CannotArchive, match="came back from the storage as something else"):
        archive_old()

    assert not Segment.objects.exists()
    assert in_the_database() == [1, 2, 3, 4, 5, 6, 7]


def test_an_altered_segment_is_not_believed(trail):
    archive_old()
    path = default_storage.path(Segment.objects.get().name)
    with open(path, "ab") as file:
        file.write(b" ")

    with pytest.raises(ArchiveAltered, match="is not the file that was archived"):
        body_of(1)


def test_an_auditor_reads_an_archived_entry_on_its_page(client, trail):
    archive_old()
    client.force_login(person("Vera Lindt", roles.AUDITORS))

    page = client.get("/audit/2/").content.decode()

    assert "From the archive" in page
    assert "Asha Rao approved “Which gas law?”." in page


def test_an_archive_that_is_away_is_said_on_the_page(client, trail):
    archive_old()
    default_storage.delete(Segment.objects.get().name)
    client.force_login(person("Vera Lindt", roles.AUDITORS))

    answer = client.get("/audit/2/")

    assert answer.status_code == 503
    assert "The archive cannot be read" in answer.content.decode()


def test_the_command_says_how_many_went(trail, capsys):
    call_command("archive_audit")

    assert capsys.readouterr().out == "5 entries went to the archive.\n"


def test_the_command_says_when_entries_are_kept_for_ever(settings):
    settings.AUDIT_KEEP_DAYS = 0

    with pytest.raises(CommandError, match="kept for ever"):
        call_command("archive_audit")


def test_nothing_younger_than_the_newest_head_goes(trail, settings):
    """What no head covers could not be proved from its segment."""
    assert timedelta(days=settings.AUDIT_KEEP_DAYS) == timedelta(days=30)
    old(7)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_refuses_change")
        cursor.execute("DELETE FROM audit_seal WHERE size = 7")
        cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER audit_seal_refuses_change")

    assert archive_old() == 5
