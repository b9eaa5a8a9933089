"""Heads are signed outside of transactions, once for each size, and never contradict."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Batch, Seal, SealingKey
from audit.proof import notes, signers
from audit.proof.notes import VerifierKey
from audit.services import signing
from outbox.models import Event
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
ORIGIN = "imprimatur.localhost/audit"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "keys" / "audit-key.pem")
    return Path(settings.AUDIT_KEY_FILE)


def sealed_up_to(size):
    newest = Batch.objects.order_by("-size").first()
    for sequence in range(newest.size + 1 if newest else 1, size + 1):
        entry(sequence)
    Batch.objects.create(size=size, transaction_id=size, log_id=size)


def key():
    return VerifierKey(ORIGIN, signers.signer().public)


def test_nothing_is_signed_of_nothing():
    assert signing.sign_head() is None


def test_a_head_says_size_and_root_and_is_signed():
    sealed_up_to(3)

    seal = signing.sign_head()

    origin, size, *_ = notes.text_of(seal.note, key()).splitlines()
    assert (origin, size, seal.size) == (ORIGIN, "3", 3)
    assert seal.key_id == key().id.hex()


def test_a_head_is_signed_once():
    sealed_up_to(3)
    signing.sign_head()

    assert signing.sign_head() is None
    assert Seal.objects.count() == 1


def test_the_next_head_is_over_more():
    sealed_up_to(3)
    signing.sign_head()
    sealed_up_to(5)

    assert signing.sign_head().size == 5


def test_who_comes_second_keeps_the_first_head(monkeypatch):
    sealed_up_to(3)
    first = []
    compare = signing.proving.root

    def meanwhile(size):
        monkeypatch.setattr(signing.proving, "root", compare)
        first.append(signing.sign_head())
        return compare(size)

    monkeypatch.setattr(signing.proving, "root", meanwhile)
    second = signing.sign_head()

    assert second.note == first[0].note


def forced(sql, *parameters):
    """What a superuser does, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, parameters)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_trail_whose_past_was_altered_is_not_signed():
    sealed_up_to(3)
    signing.sign_head()
    forced("UPDATE audit_record SET leaf = %s WHERE sequence = 2", bytes(32))
    sealed_up_to(5)

    with pytest.raises(signing.TrailAltered, match="first 3 entries"):
        signing.sign_head()
    assert Seal.objects.count() == 1


def test_a_trail_that_became_shorter_is_not_signed():
    sealed_up_to(5)
    signing.sign_head()
    forced("DELETE FROM audit_batch")
    Batch.objects.create(size=3, transaction_id=3, log_id=3)

    with pytest.raises(signing.TrailAltered, match="were 5 entries, and now there are 3"):
        signing.sign_head()


def test_a_trail_does_not_change_its_name(settings):
    sealed_up_to(3)
    signing.sign_head()
    settings.AUDIT_ORIGIN = "exams.example/audit"
    sealed_up_to(5)

    with pytest.raises(signing.TrailAltered, match="was signed as imprimatur"):
        signing.sign_head()


def test_a_manifest_is_signed_by_its_hash():
    note = signing.sign_manifest(b'{"format": "any"}')

    assert notes.text_of(note, key()).splitlines()[1:3] == [
        "manifest",
        "sha256 8a1cf6b95c0156cd09aa34c4377af4d1c26b4d3614f4f4d626d62d7a248d3ade",
    ]


def test_the_key_is_made_here_when_it_is_needed(key_file):
    signing.sign_manifest(b"")

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


def test_no_key_is_made_in_a_deployment(settings, key_file):
    settings.ON_THIS_MACHINE = False

    with pytest.raises(signers.NoSigningKey, match="No private key can be read"):
        signing.sign_manifest(b"")
    assert not key_file.exists()


def test_without_a_key_it_says_what_to_set(settings):
    settings.AUDIT_KEY_FILE = ""

    with pytest.raises(signers.NoSigningKey, match="AUDIT_KMS_KEY or AUDIT_KEY_FILE"):
        signing.sign_manifest(b"")


def test_keys_of_openssl_are_read(key_file):
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key_file.parent.mkdir()
    key_file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    assert signers.signer().public == private.public_key().public_bytes_raw()


def test_of_two_makers_one_wins(key_file):
    assert signers.make_key_file(key_file)
    before = key_file.read_bytes()

    assert not signers.make_key_file(key_file)
    assert key_file.read_bytes() == before


def test_the_first_key_is_listed_without_a_fuss():
    signing.sign_manifest(b"")

    (listed,) = signing.key_list()
    assert (listed["vkey"], listed["introduction"]) == (str(key()), "")
    assert not Event.objects.filter(name="audit.sealing_key_added").exists()


def test_rotation_has_the_old_key_introduce_the_new_one():
    signing.sign_manifest(b"")
    old = key()

    new = signing.rotate_key_file()

    listed = signing.key_list()
    assert [each["vkey"] for each in listed] == [str(old), str(new)]
    assert notes.text_of(listed[1]["introduction"], old).splitlines()[1:3] == ["key", str(new)]
    assert key() == new


def test_rotation_is_in_the_trail():
    signing.sign_manifest(b"")

    new = signing.rotate_key_file()

    event = Event.objects.get(name="audit.sealing_key_added")
    assert event.payload == {"vkey": str(new), "introduced": True}


def test_a_rotation_that_was_cut_short_is_taken_up(key_file):
    signing.sign_manifest(b"")
    waiting = key_file.with_name("audit-key.pem.next")
    signers.make_key_file(waiting)
    new = signing.introduce(signers.FileSigner(waiting))

    assert signing.rotate_key_file() == new
    assert SealingKey.objects.count() == 2
    assert not waiting.exists()


def test_a_key_that_replaced_a_lost_one_is_not_introduced(key_file):
    signing.sign_manifest(b"")
    key_file.unlink()

    signing.sign_manifest(b"")

    assert [each["introduction"] for each in signing.key_list()] == ["", ""]
    event = Event.objects.get(name="audit.sealing_key_added")
    assert event.payload["introduced"] is False


def test_heads_of_before_and_after_a_rotation_stand_side_by_side():
    sealed_up_to(2)
    before = signing.sign_head()
    old, new = key(), signing.rotate_key_file()
    sealed_up_to(4)

    after = signing.sign_head()

    assert notes.text_of(before.note, old)
    assert notes.text_of(after.note, new)


def told(*arguments):
    out = StringIO()
    call_command("audit_key", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_a_key_where_there_is_none(settings, key_file):
    settings.ON_THIS_MACHINE = False

    assert str(key_file) in told("make")
    with pytest.raises(CommandError, match=r"a file at .* already"):
        told("make")


def test_the_command_rotates_and_shows():
    signing.sign_manifest(b"")
    told("rotate")

    said = told("show").splitlines()

    assert said[0].endswith("not introduced")
    assert said[1].endswith("introduced by an earlier one")


@pytest.mark.parametrize("arguments", [("introduce",), ("show", "alias/x")])
def test_the_command_refuses_half_an_introduction(arguments):
    with pytest.raises(CommandError, match="`introduce`, and nothing else"):
        told(*arguments)


def test_the_command_does_not_rotate_what_kms_keeps(settings):
    settings.AUDIT_KMS_KEY = "alias/audit"

    with pytest.raises(CommandError, match="not signed with a key file"):
        told("rotate")
