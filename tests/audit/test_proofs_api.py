"""Heads, proofs and keys by API: for auditors and administrators."""

import base64
import json

import pytest
from rest_framework.test import APIClient

from audit.models import Record, Seal
from audit.proof import notes
from audit.proof.notes import VerifierKey
from audit.services import proving, signing
from tests.audit.sealed import sealed

pytestmark = pytest.mark.django_db
PATHS = [
    "seals/",
    "seals/latest/",
    "seals/1/",
    "proofs/inclusion/?sequence=1",
    "proofs/consistency/?first=1&second=1",
    "records/?after=0",
]


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


def ask(person, path):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(f"/api/v1/audit/{path}")


def text(data):
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
def test_others_do_not_read_what_proves_the_trail(request, name, path):
    sealed()

    assert ask(request.getfixturevalue(name), path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_administrators_do(admin_person, path):
    sealed()

    assert ask(admin_person, path).status_code == 200


def test_heads_are_listed_the_largest_first(vera):
    sealed({}, {})
    sealed()

    found = ask(vera, "seals/").json()["results"]

    assert [each["size"] for each in found] == [3, 2]
    assert found[0]["note"] == Seal.objects.get(pk=3).note


def test_the_newest_head_verifies_with_a_listed_key(vera):
    sealed()

    note = ask(vera, "seals/latest/").json()["note"]
    (key,) = ask(vera, "keys/").json()["keys"]

    assert notes.text_of(note, VerifierKey.parse(key["vkey"]))


def test_before_the_first_head_there_is_none(vera):
    answer = ask(vera, "seals/latest/")

    assert (answer.status_code, answer.json()["code"]) == (404, "seal_not_found")


@pytest.mark.parametrize("size", [2, 4, 10**30])
def test_a_head_that_was_not_signed_is_not_found(vera, size):
    sealed({}, {}, {})

    answer = ask(vera, f"seals/{size}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "seal_not_found")


def test_inclusion_is_proved_in_the_newest_tree(vera):
    sealed({}, {}, {})

    found = ask(vera, "proofs/inclusion/?sequence=2").json()

    (path,) = proving.inclusion([2], 3)
    assert found == {
        "sequence": 2,
        "leaf": text(Record.objects.get(pk=2).leaf),
        "proof": [text(each) for each in path],
        "note": Seal.objects.get(pk=3).note,
    }


def test_inclusion_is_proved_in_an_earlier_tree(vera):
    sealed({}, {})
    sealed({}, {})

    found = ask(vera, "proofs/inclusion/?sequence=2&size=2").json()

    assert found["proof"] == [text(Record.objects.get(pk=1).leaf)]


def test_consistency_is_proved_between_any_two_sizes(vera):
    sealed({}, {}, {})

    found = ask(vera, "proofs/consistency/?first=2&second=3").json()

    assert found == {
        "first": 2,
        "second": 3,
        "proof": [text(each) for each in proving.consistency(2, 3)],
    }


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("proofs/inclusion/", "sequence"),
        ("proofs/inclusion/?sequence=0", "sequence"),
        ("proofs/inclusion/?sequence=4", "sequence"),
        ("proofs/inclusion/?sequence=-1", "sequence"),
        ("proofs/inclusion/?sequence=%D9%A3", "sequence"),
        ("proofs/inclusion/?sequence=1&size=x", "size"),
        ("proofs/consistency/?first=1", "second"),
        ("proofs/consistency/?first=3&second=2", "first"),
        ("proofs/consistency/?first=1&second=4", "second"),
        ("proofs/consistency/?first=1&second=99999999999999999999", "second"),
        ("records/?after=-1", "after"),
        ("records/", "after"),
    ],
)
def test_a_number_that_is_none_is_named(vera, path, field):
    sealed({}, {}, {})

    answer = ask(vera, path)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_size")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_records_come_as_lines_of_an_export(vera):
    sealed({}, {}, {})

    lines = ask(vera, "records/?after=1").getvalue().decode().splitlines()

    assert [json.loads(line) for line in lines] == [
        {"sequence": 2, "body": Record.objects.get(pk=2).body},
        {"sequence": 3, "body": Record.objects.get(pk=3).body},
    ]


def test_everybody_who_is_known_reads_the_public_keys(cleo):
    signing.sign_manifest(b"")

    found = ask(cleo, "keys/").json()

    assert found["origin"] == "imprimatur.localhost/audit"
    assert found["keys"] == signing.key_list()


def test_nobody_else_does():
    assert APIClient().get("/api/v1/audit/keys/").status_code == 401
