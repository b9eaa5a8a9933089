"""Files on this machine's disk that are there whole or not at all."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """
    Keeps each file under the very name it is given, and never writes over one that is there.

    For names made from the content: saving the same again is no change. A file gets its name once
    all of it is on the disk, so that a process killed half-way leaves nothing that looks finished.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        final = Path(self.path(name))
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(f".{final.name}.{secrets.token_hex(8)}")
        try:
            with open(part, "xb") as file:
                file.writelines(content.chunks())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(part, final)
            except FileExistsError:
                return name
            _keep_entry(final.parent)
        finally:
            part.unlink(missing_ok=True)
        return name


def _keep_entry(folder: Path) -> None:
    """See that a new name outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
