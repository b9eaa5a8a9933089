"""Files on disk that are there whole or not at all."""

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from core.storage import WholeFileStorage


@pytest.fixture
def storage(tmp_path):
    return WholeFileStorage(location=tmp_path)


class Killed(BaseException):
    """Nothing catches this, as nothing catches SIGKILL."""


class Torn(ContentFile):
    """A file whose reading ends in the middle, as when the process is killed."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise Killed


def test_a_file_is_kept_under_the_name_it_was_given(storage, tmp_path):
    assert storage.save("a/b.png", ContentFile(b"bytes")) == "a/b.png"

    assert (tmp_path / "a/b.png").read_bytes() == b"bytes"


def test_a_file_that_is_there_is_not_written_over(storage, tmp_path):
    storage.save("b.png", ContentFile(b"first"))

    assert storage.save("b.png", ContentFile(b"other")) == "b.png"

    assert (tmp_path / "b.png").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_half_a_file_never_gets_the_name(storage, tmp_path):
    with pytest.raises(Killed):
        storage.save("b.png", Torn(b""))

    assert not storage.exists("b.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../b.png", "/etc/b.png"])
def test_no_name_leads_out_of_the_folder(storage, name):
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b"bytes"))
