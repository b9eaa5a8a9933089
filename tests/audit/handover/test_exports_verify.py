"""What the product hands over is proved by verify_audit.py: exports, receipts, and the server."""

import io
import json
from zipfile import ZipFile

import pytest

from accounts.services import create_api_token
from audit import verify_audit
from audit.models import ENTRIES, Seal
from audit.proof import signers
from audit.proof.notes import VerifierKey
from audit.reading.selection import Selection
from audit.services import exporting, receipts, signing
from tests.audit.handover.conftest import sealed_up_to


@pytest.fixture
def verify(capsys):
    def run(*arguments):
        status = verify_audit.main([*map(str, arguments), "--json", "--jobs", "1"])
        return status, json.loads(capsys.readouterr().out)

    return run


def sealed(*sizes, **fields):
    for size in sizes:
        sealed_up_to(size, **fields)
        signing.sign_head()


def exported(person, path, **selection):
    export = exporting.ask_for_export(
        selection=Selection(**selection), with_names=False, person=person
    )
    exporting.make_exports(seconds=60)
    with exporting.open_export(export_id=export.pk, file=ENTRIES, person=person) as file:
        path.write_bytes(file.read())
    assert ZipFile(io.BytesIO(path.read_bytes())).testzip() is None
    return path


def key():
    return VerifierKey(signing.origin(), signers.signer().public)


@pytest.mark.django_db
def test_an_export_of_everything(vera, tmp_path, verify):
    sealed(4, 9)

    status, said = verify(exported(vera, tmp_path / "export.zip"), "--key", key())

    assert (status, said["findings"]) == (0, [])


@pytest.mark.django_db
def test_an_export_of_a_selection(vera, tmp_path, verify):
    sealed(4)
    sealed(9, action="tests.other")

    path = exported(vera, tmp_path / "export.zip", action="tests.other")

    status, said = verify(path, "--key", key())
    assert (status, said["findings"]) == (0, [])


@pytest.mark.django_db
def test_a_receipt(vera, tmp_path, verify):
    sealed(4, 9)
    (tmp_path / "receipt.json").write_text(json.dumps(receipts.receipt(sequence=3, person=vera)))

    status, said = verify(tmp_path / "receipt.json", "--key", key())

    assert (status, said["findings"]) == (0, [])
    assert said["shown"]["who"] == "Asha Rao"


@pytest.mark.slow
@pytest.mark.parametrize("quick", [[], ["--quick"]], ids=["all", "quick"])
def test_a_running_server(live_server, vera, tmp_path, verify, monkeypatch, quick):
    sealed(4, 9)
    token = create_api_token(user=vera, name="Check", days=1, actor=vera.as_actor())
    (tmp_path / "token").write_text(token.secret)
    (tmp_path / "heads").write_text(Seal.objects.get(pk=4).note)

    status, said = verify(
        live_server.url, "--token-file", tmp_path / "token", "--heads", tmp_path / "heads", *quick
    )

    assert (status, said["findings"]) == (0, [])
    assert any("left the building" in text for text in said["proved"])
