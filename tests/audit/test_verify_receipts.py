"""verify_audit.py on receipts."""

import json

import pytest

from audit import verify_audit
from audit.proof.records import Sealed
from tests.audit.exports import Signer, Trail, text

WRONG_HASH = text(bytes(32))


@pytest.fixture
def verify(tmp_path, capsys):
    def run(receipt, *arguments):
        path = tmp_path / "receipt.json"
        path.write_text(json.dumps(receipt))
        status = verify_audit.main([str(path), "--json", *map(str, arguments)])
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13])
def test_the_receipt_of_every_entry_is_proved(verify, size):
    trail = Trail(size)

    for sequence in range(1, size + 1):
        assert verify(trail.receipt(sequence))[0] == 0


def test_it_says_what_the_entry_says(verify):
    _, said = verify(Trail().receipt(7))

    assert said["shown"] == {
        "sequence": 7,
        "sentence": "Ben approved “Which gas law?”.",
        "action": "approvals.task_decided",
        "who": "Ben",
        "outcome": "APPROVED",
        "reason": "Comment 7 über “§”/~.",
        "happened at": "2026-11-21T14:07:00.000000Z",
        "recorded at": "2026-11-21T14:07:00.000000Z",
    }


def test_only_the_actors_own_name_is_shown_as_who(verify):
    """A box may hold other things that are called label, deeper down."""
    trail = Trail()
    detail = {"actor": {"label": Sealed("person:ben", "The minister")}, "reason": "Because."}
    trail.bodies[6] = trail.body(7, detail=detail)

    _, said = verify(trail.receipt(7))

    assert (said["shown"]["who"], said["shown"]["reason"]) == ("Ben", "Comment 7 über “§”/~.")


def test_what_is_not_handed_out_stays_closed(verify):
    receipt = Trail().receipt(7)
    receipt["withheld"] = ["person:ben"]
    del receipt["keys"]["person:ben"]

    status, said = verify(receipt)

    assert (status, said["shown"]["who"]) == (0, "ben")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: r.update(body=r["body"].replace("APPROVED", "REJECTED")), "proof.inclusion"),
        (lambda r: r.update(sequence=8), "proof.inclusion"),
        (lambda r: r["proof"].pop(), "proof.inclusion"),
        (lambda r: r["proof"].append(WRONG_HASH), "proof.inclusion"),
        (lambda r: r["proof"].reverse(), "proof.inclusion"),
        (lambda r: r.update(note=Trail(signer=Signer(2)).head(12)), "head.signature"),
        (lambda r: r.update(note=r["note"].replace("\n12\n", "\n13\n")), "head.signature"),
        (lambda r: r.update(vkeys=[]), "head.signature"),
        (lambda r: r["keys"].update({"person:ben": WRONG_HASH}), "box.key"),
        (lambda r: r["keys"].update({"person:asha": WRONG_HASH}), "box.key"),
        (lambda r: r.update(sequence="7"), "receipt.malformed"),
        (lambda r: r.update(sequence=True), "receipt.malformed"),
        (lambda r: r.update(keys=[]), "entry.malformed"),
        (lambda r: r.update(vkeys="x"), "key.malformed"),
        (lambda r: r.update(body="\ud800"), "receipt.malformed"),
    ],
)
def test_what_was_altered_is_named(verify, change, code):
    receipt = Trail().receipt(7)
    change(receipt)

    status, said = verify(receipt)

    assert (status, sorted(said["counts"])) == (1, [code])


def test_a_receipt_that_somebody_else_signed_is_not_believed(verify):
    status, said = verify(Trail(signer=Signer(2)).receipt(7), "--key", Signer(1).key)

    assert (status, sorted(said["counts"])) == (1, ["key.untrusted"])


def test_a_head_of_the_same_size_that_left_the_building_is_compared(verify, tmp_path):
    other = Trail()
    other.bodies[0] = other.bodies[0].replace("APPROVED", "REJECTED")
    (tmp_path / "heads").write_text(other.head(12))

    status, said = verify(Trail().receipt(7), "--heads", tmp_path / "heads")

    assert (status, sorted(said["counts"])) == (1, ["head.contradiction"])


def test_a_head_of_another_size_cannot_be_judged(verify, tmp_path):
    (tmp_path / "heads").write_text(Trail().head(10))

    assert verify(Trail().receipt(7), "--heads", tmp_path / "heads")[0] == 3
