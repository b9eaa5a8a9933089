"""What is exported is verified by a lone copy of verify_audit.py, names and all."""

import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from audit.doors import destroy_keys
from audit.models import ENTRIES
from audit.proof.records import person_key
from audit.reading.selection import Selection
from audit.services import exporting
from tests.audit.conftest import ASHA, SealBroken, happen

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = settings.BASE_DIR / "audit" / "verify_audit.py"


@pytest.fixture
def trail(recorded):
    """A few entries, as the sealer writes them."""
    happen(*[SealBroken(number=number) for number in range(5)])
    return recorded


def verified(path):
    """Checked by a copy of the file, as somebody has it who has nothing else of ours."""
    own = shutil.copy(VERIFIER, path.parent)
    return subprocess.run(
        [sys.executable, "-I", own, str(path)], capture_output=True, text=True, check=False
    )


def exported(tmp_path, person, *, with_names=False, **selection):
    export = exporting.ask_for_export(
        selection=Selection(**selection), with_names=with_names, person=person
    )
    exporting.make_exports(seconds=60)
    with exporting.open_export(export_id=export.pk, file=ENTRIES, person=person) as file:
        path = tmp_path / "export.zip"
        path.write_bytes(file.read())
    return path


@pytest.mark.parametrize("with_names", [False, True], ids=["closed", "named"])
@pytest.mark.parametrize(
    "selection", [{}, {"action": "tests.seal_broken"}], ids=["whole", "selection"]
)
def test_an_export_is_verified(trail, tmp_path, vera, with_names, selection):
    trail()

    answer = verified(exported(tmp_path, vera, with_names=with_names, **selection))

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_so_is_a_folder_of_the_command(trail, tmp_path):
    trail()

    exporting.write_export(folder=tmp_path / "out", selection=Selection(), with_names=True)

    answer = verified(tmp_path / "out")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_one_altered_byte_is_found(trail, tmp_path):
    trail()
    exporting.write_export(folder=tmp_path / "out", selection=Selection(), with_names=False)
    lines = tmp_path / "out" / "entries.jsonl"
    lines.write_text(lines.read_text().replace('\\"number\\":3', '\\"number\\":4', 1))

    assert verified(tmp_path / "out").returncode == 1


def test_a_key_that_was_destroyed_without_a_word_is_noticed(trail, tmp_path):
    trail()
    destroy_keys([person_key(ASHA.id)])
    exporting.write_export(folder=tmp_path / "out", selection=Selection(), with_names=True)

    answer = verified(tmp_path / "out")

    assert answer.returncode != 0
