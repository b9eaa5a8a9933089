"""The bytes of attached files move from the database to the storage, and never get lost."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from approvals import services
from approvals.bridges import files
from approvals.models import KeptFile
from core.storage import WholeFileStorage
from tests.approvals.attachments import bring, colour, content_of, wanted
from tests.approvals.conftest import CONTENT


class Killed(BaseException):
    """Nothing catches this, as nothing catches SIGKILL."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def upload(ben):
    return bring(ben)


@pytest.fixture
def question(ben, upload):
    return services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)


def stored(folder, upload):
    return folder / KeptFile.objects.get(pk=upload.file_id).storage_name


def test_attached_bytes_move_to_the_storage(question, upload, deliver_all, folder):
    deliver_all()

    kept = KeptFile.objects.get(pk=upload.file_id)
    assert content_of(kept.pk) is None
    assert kept.stored_at is not None
    assert stored(folder, upload).read_bytes() == colour(1)
    assert files.content(KeptFile.objects.defer(None).get(pk=kept.pk)) == colour(1)


def test_what_no_version_has_stays_in_the_database(upload, deliver_all, folder):
    deliver_all()

    assert content_of(upload.file_id) == colour(1)
    assert list(folder.iterdir()) == []


def test_moving_twice_is_moving_once(question, upload, folder):
    files.store(upload.file_id)
    before = KeptFile.objects.get().stored_at

    files.store(upload.file_id)

    assert KeptFile.objects.get().stored_at == before
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_a_storage_that_fails_loses_nothing(question, upload, monkeypatch):
    monkeypatch.setattr(WholeFileStorage, "save", out_of_order)

    with pytest.raises(OSError, match="out of order"):
        files.store(upload.file_id)

    assert content_of(upload.file_id) == colour(1)


def out_of_order(*_):
    raise OSError("out of order")


def test_other_bytes_under_the_name_are_noticed_and_nothing_is_blanked(question, upload, folder):
    place = stored(folder, upload)
    place.parent.mkdir(parents=True)
    place.write_bytes(colour(2))

    with pytest.raises(files.FileDamaged):
        files.store(upload.file_id)

    assert content_of(upload.file_id) == colour(1)
    assert place.read_bytes() == colour(2)


def test_a_killed_mover_that_stored_but_did_not_blank_is_followed_by_one_that_does(
    question, upload, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(WholeFileStorage, "open", killed)
        with pytest.raises(Killed):
            files.store(upload.file_id)
    assert content_of(upload.file_id) == colour(1)

    files.store(upload.file_id)

    assert content_of(upload.file_id) is None


def killed(*_):
    raise Killed


@pytest.mark.django_db(transaction=True)
def test_many_movers_at_once_move_it_once(question, upload, folder):
    gate = threading.Barrier(6)
    troubles = []

    def move():
        gate.wait()
        try:
            files.store(upload.file_id)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    movers = [threading.Thread(target=move) for _ in range(6)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(20)

    assert troubles == []
    assert stored(folder, upload).read_bytes() == colour(1)
    assert content_of(upload.file_id) is None
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


MOVER = """
import os, signal, sys
import django
django.setup()
from django.core.files.storage import default_storage
from approvals.bridges import files

sha256, moment = sys.argv[1:]
real = getattr(default_storage, moment)

def die_after(*arguments, **named):
    real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(default_storage, moment, die_after)
files.store(sha256)
"""


def database_address():
    """The tests' own database, on the server that the environment names."""
    server, _, query = os.environ["TEST_DATABASE_URL"].partition("?")
    return f"{server.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["exists", "save", "open"])
def test_a_mover_that_is_killed_is_followed_by_another(
    question, upload, tmp_path, settings, moment
):
    settings.MEDIA_ROOT = tmp_path / "files"
    ended = subprocess.run(
        [sys.executable, "-c", MOVER, upload.file_id, moment],
        env={
            **os.environ,
            "DATABASE_URL": database_address(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(tmp_path),
        },
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert content_of(upload.file_id) == colour(1)

    files.store(upload.file_id)

    assert content_of(upload.file_id) is None
    assert stored(tmp_path / "files", upload).read_bytes() == colour(1)
