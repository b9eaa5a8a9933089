"""Signed notes, also against the example in the documentation of Go's package note."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proof import notes
from audit.proof.notes import BadNote, Head, VerifierKey

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey("exams.example/audit", PRIVATE.public_key().public_bytes_raw())
HEAD = Head("exams.example/audit", 7, bytes(32), datetime(2026, 11, 21, 14, 20, tzinfo=UTC))


def test_a_key_reads_as_others_write_it():
    assert str(VerifierKey.parse(PETER)) == PETER


def test_a_note_of_others_verifies():
    assert notes.text_of(NOTE, VerifierKey.parse(PETER)) == TEXT


def test_a_head_is_a_checkpoint():
    assert HEAD.text == (
        "exams.example/audit\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        "time 2026-11-21T14:20:00.000000Z\n"
    )


def test_what_is_signed_verifies():
    note = notes.signed(HEAD.text, KEY, PRIVATE.sign(HEAD.text.encode()))

    assert notes.text_of(note, KEY) == HEAD.text


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note.replace("exams", "other", 1),
        lambda note: note.rpartition("\n\n")[0],
        lambda note: note.replace("— ", "- "),
        lambda note: note[:-10] + "AAAA" + note[-6:],
        lambda note: "",
    ],
    ids=["size", "origin", "unsigned", "dash", "signature", "empty"],
)
def test_a_changed_note_does_not(change):
    note = notes.signed(HEAD.text, KEY, PRIVATE.sign(HEAD.text.encode()))

    with pytest.raises(BadNote):
        notes.text_of(change(note), KEY)


def test_signatures_of_others_are_passed_over():
    note = notes.signed(HEAD.text, KEY, PRIVATE.sign(HEAD.text.encode()))

    assert notes.text_of(note + NOTE.splitlines()[-1] + "\n", KEY) == HEAD.text


@pytest.mark.parametrize(
    "text", ["", "a+b", "a+00000000+AQ==", "a+xyz+!!", PETER.replace("c74f", "c74e"), PETER[:-4]]
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BadNote):
        VerifierKey.parse(text)
