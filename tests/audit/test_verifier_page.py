"""verify_audit.py is there for everybody."""

import subprocess
import sys
from pathlib import Path

import pytest

from audit import verify_audit

pytestmark = pytest.mark.django_db


def test_everybody_may_fetch_the_program(client):
    answer = client.get("/audit/verify_audit.py")

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="verify_audit.py"'
    assert answer.getvalue() == Path(verify_audit.__file__).read_bytes()


def test_it_needs_nothing_of_the_product():
    lines = Path(verify_audit.__file__).read_text().splitlines()

    imported = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("from ", "import "))
    }
    assert imported.isdisjoint({"django", "audit", "core", "config", "accounts", "outbox"})


def test_it_imports_nothing_that_lies_beside_it(tmp_path):
    program = tmp_path / "verify_audit.py"
    program.write_bytes(Path(verify_audit.__file__).read_bytes())
    (tmp_path / "json.py").write_text("raise SystemExit(7)")

    ended = subprocess.run(
        [sys.executable, program, tmp_path / "nothing"], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stderr) == (2, f"There is nothing at {tmp_path}/nothing.\n")
