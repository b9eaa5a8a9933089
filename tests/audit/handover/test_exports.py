"""An export is asked for, written in portions that survive kills, proves itself, and is fetched."""

import base64
import csv
import io
import json
from hashlib import sha256
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from audit.doors import destroy_keys
from audit.exceptions import (
    ExportGone,
    ExportNotFound,
    ExportNotReady,
    NamesAreForAuditors,
    TooManyExports,
    TooManyPeople,
)
from audit.models import ENTRIES, SHEET, Batch, Export, Person, Seal
from audit.proof import merkle, notes, records, signers, vault
from audit.proof.notes import VerifierKey
from audit.reading.selection import Selection
from audit.services import exporting
from audit.services.exporting import working, writing
from outbox.models import Event
from tests.audit.handover.conftest import kept_files, sealed_up_to
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db


def asked(person, *, with_names=False, **selection):
    return exporting.ask_for_export(
        selection=Selection(**selection), with_names=with_names, person=person
    )


def written(export, person):
    """The finished export's parts, by name."""
    exporting.make_exports(seconds=60)
    with exporting.open_export(export_id=export.pk, file=ENTRIES, person=person) as file:
        archive = ZipFile(io.BytesIO(file.read()))
        return {name: archive.read(name).decode() for name in archive.namelist()}


def lines(parts):
    return [json.loads(line) for line in parts["entries.jsonl"].splitlines()]


def sheet(export, person):
    with exporting.open_export(export_id=export.pk, file=SHEET, person=person) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


def happened(name):
    return [event.payload for event in Event.objects.filter(name=name)]


def test_the_whole_trail_proves_itself(vera):
    sealed_up_to(5)

    parts = written(asked(vera), vera)

    manifest = json.loads(parts["manifest.json"])
    key = VerifierKey("imprimatur.localhost/audit", signers.signer().public)
    signed = notes.text_of(parts["manifest.sig"], key).splitlines()
    assert signed[1:3] == [
        "manifest",
        f"sha256 {sha256(parts['manifest.json'].encode()).hexdigest()}",
    ]
    head = notes.text_of(manifest["head"], key).splitlines()
    leaves = [merkle.leaf_hash(line["body"].encode()) for line in lines(parts)]
    root = merkle.range_hash(0, 5, {(0, index): leaf for index, leaf in enumerate(leaves)})
    assert head[1:3] == ["5", base64.b64encode(root).decode()]
    assert [line["sequence"] for line in lines(parts)] == [1, 2, 3, 4, 5]


def test_the_manifest_says_what_is_in_it(vera):
    sealed_up_to(3)

    parts = written(asked(vera), vera)

    manifest = json.loads(parts["manifest.json"])
    text = parts["entries.jsonl"].encode()
    assert manifest["files"]["entries.jsonl"] == {
        "bytes": len(text),
        "sha256": sha256(text).hexdigest(),
        "lines": 3,
    }
    del manifest["files"], manifest["head"], manifest["keys"], manifest["made_at"]
    assert manifest == {
        "format": "imprimatur-audit-export/1",
        "kind": "whole",
        "origin": "imprimatur.localhost/audit",
        "made_for": str(vera.pk),
        "filter": {},
        "first": 1,
        "last": 3,
        "count": 3,
        "before": [],
        "after": [],
        "with_keys": False,
    }


def test_a_selection_has_a_proof_for_each_entry(vera):
    sealed_up_to(4)
    entry(5, action="accounts.signed_in")
    Batch.objects.create(size=5, transaction_id=5, log_id=5)
    sealed_up_to(9)

    parts = written(asked(vera, action="accounts.signed_in"), vera)

    (line,) = lines(parts)
    node = merkle.leaf_hash(line["body"].encode())
    path = [base64.b64decode(each) for each in line["proof"]]
    (index, size), seal = (line["sequence"] - 1, 9), Seal.objects.get(size=9)
    assert rooted(node, path, index, size) == bytes(seal.root)
    assert json.loads(parts["manifest.json"])["kind"] == "selection"
    assert parts["seals.jsonl"].count("\n") == 1


def rooted(node, path, index, size):
    """RFC 9162, 2.1.3.2."""
    place, last = index, size - 1
    for other in path:
        if place & 1 or place == last:
            node = merkle.node_hash(other, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = merkle.node_hash(node, other)
        place, last = place >> 1, last >> 1
    assert last == 0
    return node


def test_without_names_no_box_can_be_opened(vera):
    sealed_up_to(1)
    export = asked(vera)

    parts = written(export, vera)

    assert "keys" not in lines(parts)[0]
    assert "Asha Rao" not in "".join(parts.values())
    assert sheet(export, vera)[0]["text"] == "Somebody approved “Which gas law?”."


def test_with_names_each_box_has_its_own_key(vera):
    sealed_up_to(1)
    export = asked(vera, with_names=True)

    (line,) = lines(written(export, vera))

    record = json.loads(line["body"])
    key = base64.b64decode(line["keys"]["person:asha"])
    assert vault.unlock(key, record["boxes"]["person:asha"])["/actor/label"] == "Asha Rao"
    assert sheet(export, vera)[0]["text"] == "Asha Rao approved “Which gas law?”."


def test_what_was_erased_stays_closed(vera):
    sealed_up_to(1)
    destroy_keys([records.person_key("asha")])

    (line,) = lines(written(asked(vera, with_names=True), vera))

    assert line["keys"] == {}


def test_names_are_for_auditors(admin_person, vera):
    admin_person.is_superuser = False
    admin_person.save()

    with pytest.raises(NamesAreForAuditors):
        asked(admin_person, with_names=True)

    assert not Export.objects.exists()
    export = asked(vera, with_names=True)
    with pytest.raises(ExportNotFound):
        exporting.open_export(export_id=export.pk, file=ENTRIES, person=admin_person)


def test_a_cell_that_looks_like_a_formula_is_only_shown(vera):
    sealed_up_to(1, text="=HYPERLINK(1)", subject_id="@thing")
    export = asked(vera)
    exporting.make_exports(seconds=60)

    (row,) = sheet(export, vera)

    assert (row["text"], row["object_id"]) == ("'=HYPERLINK(1)", "'@thing")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"people": ("ben",)}, [2]),
        ({"kind": "task", "thing": "t-3"}, [3]),
        ({"action": "accounts.signed_in"}, [2]),
        ({"since": "2026-03-02"}, [3]),
        ({"until": "2026-03-01"}, [1, 2]),
        ({"people": ("ben",), "since": "2026-03-02"}, []),
    ],
    ids=["a person", "a thing", "an action", "from a day", "to a day", "nothing"],
)
def test_a_selection_leaves_the_others_out(vera, selection, expected):
    early, late = (timezone.now().replace(year=2026, month=3, day=day) for day in (1, 2))
    entry(1, happened_at=early)
    entry(2, actor_label="Ben Novak", action="accounts.signed_in", happened_at=early)
    entry(3, happened_at=late)
    Batch.objects.create(size=3, transaction_id=3, log_id=3)

    parts = written(asked(vera, **selection), vera)

    assert [line["sequence"] for line in lines(parts)] == expected


def test_each_step_is_an_event(vera):
    sealed_up_to(2)
    export = asked(vera, action="accounts.signed_in")
    written(export, vera)
    Export.objects.update(expires_at=timezone.now())
    exporting.expire_exports()

    this = {"export_id": str(export.pk)}
    assert happened("audit.export_asked") == [
        {**this, "selection": {"action": "accounts.signed_in"}, "with_names": False}
    ]
    assert happened("audit.export_finished")[0]["count"] == 0
    assert happened("audit.export_downloaded") == [{**this, "file": "entries.zip"}]
    assert happened("audit.export_expired") == [{**this, "reason": "a week is over"}]


def test_an_export_goes_on_where_the_last_portion_ended(vera, monkeypatch):
    monkeypatch.setattr(writing, "PORTION", 2)
    sealed_up_to(7)
    export = asked(vera)

    exporting.make_exports(seconds=0)
    export.refresh_from_db()
    first = (export.status, export.written)
    _leave_half_a_portion(export)
    parts = written(export, vera)

    assert first == ("RUNNING", 2)
    assert [line["sequence"] for line in lines(parts)] == [1, 2, 3, 4, 5, 6, 7]
    assert len(sheet(export, vera)) == 7


def _leave_half_a_portion(export):
    """As a kill in the midst of writing does."""
    bench = working.workshops() / str(export.pk)
    for name in ("entries.jsonl", SHEET):
        with (bench / name).open("a") as file:
            file.write('{"sequence": 3, "bo')


def test_an_export_killed_between_portions_is_taken_up_when_its_lease_ends(vera, monkeypatch):
    monkeypatch.setattr(writing, "PORTION", 2)
    sealed_up_to(4)
    export = asked(vera)
    exporting.make_exports(seconds=0)
    Export.objects.update(lease_until=timezone.now() + working.LEASE)

    exporting.make_exports(seconds=60)
    export.refresh_from_db()
    assert export.status == "RUNNING"

    Export.objects.update(lease_until=timezone.now())
    assert len(lines(written(export, vera))) == 4


def test_where_the_workers_files_are_gone_it_begins_anew(vera, monkeypatch):
    monkeypatch.setattr(writing, "PORTION", 2)
    sealed_up_to(5)
    export = asked(vera)
    exporting.make_exports(seconds=0)
    (working.workshops() / str(export.pk) / "entries.jsonl").unlink()

    parts = written(export, vera)

    assert [line["sequence"] for line in lines(parts)] == [1, 2, 3, 4, 5]
    assert Export.objects.get().written == 5


def test_nothing_half_finished_is_left(vera, settings):
    sealed_up_to(3)
    export = asked(vera)
    default_storage.save(f"{export.folder}/1/entries.csv", io.BytesIO(b"from a killed attempt"))
    Export.objects.update(attempt=1)

    exporting.make_exports(seconds=60)

    assert kept_files(settings) == [f"{export.folder}/2/{name}" for name in (SHEET, ENTRIES)]
    assert not list(working.workshops().iterdir())


def test_a_failure_is_tried_again_and_given_up_with_its_reason(vera, monkeypatch):
    export = asked(vera)  # there is no entry, so no head
    for _ in range(working.FAILURES_ALLOWED):
        Export.objects.update(lease_until=None)
        exporting.make_exports(seconds=1)

    export.refresh_from_db()
    assert (export.status, export.error) == ("FAILED", "The trail has no signed head yet.")
    assert len(happened("audit.export_failed")) == 1
    with pytest.raises(ExportGone):
        exporting.open_export(export_id=export.pk, file=ENTRIES, person=vera)


def test_an_expired_export_is_gone_with_its_files(vera, settings):
    sealed_up_to(1)
    export = asked(vera)
    exporting.make_exports(seconds=60)
    Export.objects.update(expires_at=timezone.now())

    assert exporting.expire_exports() == 1

    assert kept_files(settings) == []
    with pytest.raises(ExportGone):
        exporting.open_export(export_id=export.pk, file=ENTRIES, person=vera)
    assert exporting.expire_exports() == 0


def test_an_export_is_kept_for_seven_days(vera):
    sealed_up_to(1)
    export = asked(vera)
    exporting.make_exports(seconds=60)

    export.refresh_from_db()
    assert (export.expires_at - export.finished_at).days == 7


def test_an_erasure_ends_those_with_names(vera, settings):
    sealed_up_to(1)
    named, plain = asked(vera, with_names=True), asked(vera)
    exporting.make_exports(seconds=60)

    assert exporting.forget_exports("asha") == 1
    exporting.expire_exports()

    assert {e.pk: e.status for e in Export.objects.all()} == {
        named.pk: "EXPIRED",
        plain.pk: "FINISHED",
    }
    assert all(path.startswith(plain.folder) for path in kept_files(settings))


def test_an_erasure_stops_one_that_is_being_written(vera, monkeypatch):
    monkeypatch.setattr(writing, "PORTION", 1)
    sealed_up_to(2)
    export = asked(vera, with_names=True)
    exporting.make_exports(seconds=0)

    exporting.forget_exports("asha")
    exporting.make_exports(seconds=60)
    exporting.expire_exports()

    export.refresh_from_db()
    assert export.status == "EXPIRED"
    assert not list(working.workshops().iterdir())


def test_one_under_way_cannot_be_fetched(vera):
    export = asked(vera)

    with pytest.raises(ExportNotReady):
        exporting.open_export(export_id=export.pk, file=ENTRIES, person=vera)


@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
def test_nobody_else_finds_it(request, vera, name):
    sealed_up_to(1)
    export = asked(vera)
    exporting.make_exports(seconds=60)

    with pytest.raises(ExportNotFound):
        exporting.open_export(
            export_id=export.pk, file=ENTRIES, person=request.getfixturevalue(name)
        )
    assert happened("audit.export_downloaded") == []


def test_three_at_once_are_the_most(vera):
    for _ in range(3):
        asked(vera)

    with pytest.raises(TooManyExports):
        asked(vera)

    assert Export.objects.count() == 3


def test_a_name_is_kept_as_the_ids_that_go_by_it(db):
    Person.objects.create(pk="u-1", label="Asha Rao")
    Person.objects.create(pk="u-2", label="Asha Bell")

    assert exporting.people_called("asha") == ("u-1", "u-2")
    assert exporting.people_called("u-9") == ("u-9",)


def test_a_name_of_too_many_is_refused(db):
    Person.objects.bulk_create(Person(pk=f"u-{n}", label=f"Ann {n}") for n in range(51))

    with pytest.raises(TooManyPeople):
        exporting.people_called("Ann")
