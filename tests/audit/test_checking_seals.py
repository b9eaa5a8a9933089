"""The check compares every signed head with the tree, those that left the building too."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from audit.models import Batch, Seal, SealingKey
from audit.proof import notes, signers
from audit.proof.notes import VerifierKey
from audit.services import signing
from audit.services.checking import check_trail
from tests.audit.chains import chain, tamper
from tests.audit.trail import entry

ORIGIN = "imprimatur.localhost/audit"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


def found(**how):
    return [(finding.check, finding.sequence) for finding in check_trail(**how).findings]


def note(size):
    return Seal.objects.get(pk=size).note


def test_seals_over_what_is_there_are_in_order():
    chain(5, seals=(2, 3, 5))

    seen = check_trail()

    assert seen.findings == []
    assert (seen.seals, seen.sealed) == (3, 5)


def test_a_seal_over_whole_blocks_is_in_order():
    chain(256, seals=(100, 256))

    assert found() == []


def test_entries_that_wait_for_their_seal_are_in_order():
    chain(5, seals=(3,))

    seen = check_trail()

    assert (seen.findings, seen.size, seen.sealed) == ([], 5, 3)


def test_a_changed_root_is_found():
    chain(3, seals=(3,))

    tamper("UPDATE audit_seal SET root = %s", bytes(32))

    assert ("seals", 3) in found()


def test_a_leaf_that_fits_its_record_but_not_the_seals_is_found():
    chain(5, seals=(2, 5))
    tamper("UPDATE audit_record SET body = body || ' ' WHERE sequence = 4")

    tamper(
        "UPDATE audit_record SET leaf = sha256('\\x00'::bytea || convert_to(body, 'UTF8'))"
        " WHERE sequence = 4"
    )

    assert found() == [("seals", 5)]


def test_a_signature_that_does_not_fit_is_found():
    chain(3, seals=(3,))

    tamper("UPDATE audit_seal SET note = replace(note, 'time 2', 'time 1')")

    assert ("signatures", 3) in found()


def test_what_is_no_note_at_all_is_found():
    chain(3, seals=(3,))

    tamper("UPDATE audit_seal SET note = 'nothing'")

    assert found() == [("signatures", 3)]


def another_key():
    key = Ed25519PrivateKey.generate()
    return key, VerifierKey(ORIGIN, key.public_key().public_bytes_raw())


def test_a_key_that_nobody_introduced_is_found():
    chain(3, seals=(3,))
    _, public = another_key()

    SealingKey.objects.create(vkey=str(public))

    assert found() == [("signatures", None)]


def test_a_key_that_was_introduced_may_have_signed():
    chain(3, seals=(3,))

    signing.rotate_key_file()

    assert SealingKey.objects.count() == 2
    assert found() == []


def test_a_key_that_stands_before_all_others_does_not_become_the_first():
    chain(3, seals=(3,))
    _, public = another_key()

    SealingKey.objects.create(vkey=str(public), since=timezone.now() - timedelta(days=1))

    assert ("signatures", 3) in found()


def test_a_head_that_left_the_building_and_is_kept_here_fits():
    chain(5, seals=(3, 5))

    seen = check_trail(outside=[note(3), note(5)])

    assert (seen.findings, seen.heads) == ([], 2)


def test_newest_entries_removed_with_all_that_tells_of_them_are_found_by_a_head_outside():
    chain(5, seals=(3, 5))
    newest = note(5)

    for table in ("entry", "record", "link"):
        tamper(f"DELETE FROM audit_{table} WHERE sequence > 3")
    tamper("DELETE FROM audit_batch WHERE size > 3")
    tamper("DELETE FROM audit_seal WHERE size > 3")

    assert found() == []
    assert found(outside=[newest]) == [("heads", 4)]


def test_a_removed_seal_is_found_by_its_copy_outside():
    chain(5, seals=(3, 5))
    older = note(3)

    tamper("DELETE FROM audit_seal WHERE size = 3")

    assert found(outside=[older]) == [("heads", 3)]


def test_a_trail_that_was_signed_anew_contradicts_the_head_outside():
    chain(3, seals=(3,))
    true = note(3)
    signer = signers.signer()
    forged = notes.Head(ORIGIN, 3, bytes(32), timezone.now()).text
    key = VerifierKey(ORIGIN, signer.public)
    fork = notes.signed(forged, key, signer.sign(forged.encode()))

    assert found(outside=[true, fork]) == [("heads", 3)]


def test_a_head_from_outside_that_nobody_signed_is_found():
    chain(3, seals=(3,))

    assert found(outside=["nothing"]) == [("heads", None)]


def test_an_entry_recorded_long_before_the_seal_before_it_is_found():
    chain(3, seals=(3,))
    chain_more(4, recorded_at=timezone.now() - timedelta(hours=1))

    assert ("times", 4) in found()


def test_an_entry_recorded_long_after_its_seal_is_found():
    chain(3, seals=(3,), recorded_at=timezone.now() + timedelta(hours=1))

    assert ("times", 3) in found()


def chain_more(sequence, **fields):
    """One more entry and a seal over it."""
    entry(sequence, **fields)
    Batch.objects.create(size=sequence, transaction_id=1, log_id=sequence)
    signing.sign_head()
