"""`check_audit` and `tamper_drill` at the terminal."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Seal
from audit.services.verifying import notes_in
from outbox.models import Event
from tests.audit.chains import chain, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


def told(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_trail_is_told_check_by_check():
    chain(8, seals=(8,))

    said = told("check_audit")

    assert "ok  records     Every record is the text that was hashed" in said
    assert "Entries 1 to 8, of which 8 are sealed; 1 seals" in said


def test_an_altered_trail_ends_with_an_error():
    chain(8, seals=(8,))
    tamper("UPDATE audit_entry SET outcome = 'WITHDRAWN' WHERE sequence = 3")

    with pytest.raises(CommandError, match="not as it was written"):
        told("check_audit")


def test_heads_from_a_file_are_compared(tmp_path):
    chain(8, seals=(4, 8))
    file = tmp_path / "heads.jsonl"
    file.write_text("".join(json.dumps({"note": seal.note}) + "\n" for seal in Seal.objects.all()))

    assert "2 heads from outside" in told("check_audit", "--heads", str(file))


def test_a_check_that_begins_in_the_middle_of_a_block_is_refused():
    with pytest.raises(CommandError, match="multiple of 256"):
        told("check_audit", "--since", "5")


def test_a_check_is_an_event():
    chain(8, seals=(8,))
    tamper("DELETE FROM audit_link WHERE sequence = 3")

    with pytest.raises(CommandError):
        told("check_audit")

    event = Event.objects.get(name="audit.trail_checked")
    assert event.payload["failed"] == ["links"]
    assert (event.payload["first"], event.payload["last"]) == (1, 8)


def test_a_head_is_found_in_a_mail_as_well():
    chain(8, seals=(8,))
    note = Seal.objects.get().note

    assert list(notes_in(f"Dear Vera,\r\n\r\n{note}\r\nYours")) == [note]


def test_a_drill_tells_each_way_and_what_found_it():
    chain(8, seals=(8,))

    said = told("tamper_drill")

    assert "14 of 14 found" in said
    assert "→ records: The record is not the text that was hashed." in said


def test_a_drill_without_a_trail_says_so():
    with pytest.raises(CommandError, match="8 sealed entries"):
        told("tamper_drill")
