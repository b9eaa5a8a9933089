"""verify_audit.py and the product against the vectors that the browser's page is held to, too."""

import base64
import json

import pytest

from audit import verify_audit
from audit.proof import notes, vault
from tests.audit import make_vectors
from tests.audit.exports import to_folder


def vectors(name):
    return json.loads((make_vectors.FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def named(cases):
    return {"argvalues": cases, "ids": [case["name"] for case in cases]}


def unpacked(hashes):
    return [base64.b64decode(each) for each in hashes]


@pytest.mark.parametrize("name", make_vectors.EVERY)
def test_the_files_are_what_the_product_makes(name):
    kept = (make_vectors.FOLDER / f"{name}.json").read_text(encoding="utf-8")

    assert make_vectors.written(name) == kept


def test_every_path_leads_to_its_root():
    for case in vectors("tree")["inclusion"]:
        leaf, root, *proof = unpacked([case["leaf"], case["root"], *case["proof"]])
        assert verify_audit.root_by_inclusion(case["index"], case["size"], leaf, proof) == root


def test_no_path_leads_there_from_another_place():
    for case in vectors("tree")["inclusion"]:
        leaf, root, *proof = unpacked([case["leaf"], case["root"], *case["proof"]])
        for index in set(range(case["size"])) - {case["index"]}:
            try:
                found = verify_audit.root_by_inclusion(index, case["size"], leaf, proof)
            except verify_audit.Wrong:
                continue
            assert found != root


def test_every_consistency_proof_holds():
    for case in vectors("tree")["consistency"]:
        roots = tuple(unpacked(case["roots"]))
        proof = unpacked(case["proof"])
        verify_audit.check_consistency(case["first"], case["second"], roots, proof)


def test_no_consistency_proof_holds_for_another_root():
    for case in vectors("tree")["consistency"]:
        roots, proof = (bytes(32), unpacked(case["roots"])[1]), unpacked(case["proof"])
        with pytest.raises(verify_audit.Wrong):
            verify_audit.check_consistency(case["first"], case["second"], roots, proof)


def test_no_consistency_proof_holds_with_a_hash_more_or_less():
    for case in vectors("tree")["consistency"]:
        roots, proof = tuple(unpacked(case["roots"])), unpacked(case["proof"])
        for other in ([*proof, bytes(32)], proof[:-1] if proof else [bytes(32)]):
            with pytest.raises(verify_audit.Wrong):
                verify_audit.check_consistency(case["first"], case["second"], roots, other)


@pytest.mark.parametrize("case", **named(vectors("boxes")["cases"]))
def test_boxes(case):
    if "values" in case:
        assert verify_audit.unlocked("x", case["box"], case["key"]) == case["values"]
        assert vault.unlock(base64.b64decode(case["key"]), case["box"]) == case["values"]
    else:
        with pytest.raises(verify_audit.Wrong):
            verify_audit.unlocked("x", case["box"], case["key"])


@pytest.mark.parametrize("case", **named(vectors("notes")))
def test_notes(case):
    key = verify_audit.key_from(case["vkey"])
    ring = verify_audit.Ring(key.name, [key])

    if case["verifies"]:
        text = notes.text_of(case["note"], notes.VerifierKey.parse(case["vkey"]))
        assert ring.text_of(case["note"], "any") == text
    else:
        with pytest.raises(verify_audit.Wrong):
            ring.text_of(case["note"], "any")
        with pytest.raises(notes.BadNote):
            notes.text_of(case["note"], notes.VerifierKey.parse(case["vkey"]))


def codes(path, capsys, *arguments):
    verify_audit.main([str(path), "--json", "--jobs", "1", *arguments])
    return sorted(json.loads(capsys.readouterr().out)["counts"])


@pytest.mark.parametrize("case", **named(vectors("receipts")))
def test_receipts(case, tmp_path, capsys):
    (tmp_path / "receipt.json").write_text(json.dumps(case["receipt"]))
    trusted = [word for key in case["trusted"] for word in ("--key", key)]

    assert codes(tmp_path / "receipt.json", capsys, *trusted) == case["codes"]


@pytest.mark.parametrize("case", **named(vectors("exports")))
def test_exports(case, tmp_path, capsys):
    files = {name: text.encode() for name, text in case["files"].items()}

    assert codes(to_folder(files, tmp_path / "export"), capsys) == case["codes"]
