"""`manage.py export_audit --to DIR` writes a folder, whole or not at all."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from outbox.models import Event
from tests.audit.handover.conftest import sealed_up_to

pytestmark = pytest.mark.django_db


def run(folder, **options):
    call_command("export_audit", to=folder, stdout=StringIO(), **options)


def test_the_folder_has_every_part(tmp_path):
    sealed_up_to(3)

    run(tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "entries.csv",
        "entries.jsonl",
        "manifest.json",
        "manifest.sig",
        "seals.jsonl",
    ]
    assert (tmp_path / "out" / "entries.jsonl").read_text().count("\n") == 3
    assert Event.objects.get(name="audit.export_finished").payload["count"] == 3


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    sealed_up_to(1)

    with pytest.raises(CommandError, match="is there already"):
        run(tmp_path)

    assert not (tmp_path / "entries.jsonl").exists()


def test_where_nothing_is_signed_nothing_is_left(tmp_path):
    with pytest.raises(CommandError, match="no signed head"):
        run(tmp_path / "out")

    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_a_filter_that_makes_no_sense_is_named(tmp_path):
    with pytest.raises(CommandError, match="--since: Enter a valid date"):
        run(tmp_path / "out", since="soon")
