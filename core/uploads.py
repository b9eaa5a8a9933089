"""How much of an uploaded file is taken off the wire."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CutOff(FileUploadHandler):
    """
    Drops what comes after `LARGEST_UPLOAD` bytes and one, so that nobody fills the disk.

    The one byte too many is for the reader: it shows that the file was too large.
    """

    def new_file(self, *arguments: Any, **named: Any) -> None:
        super().new_file(*arguments, **named)
        self._left = settings.LARGEST_UPLOAD + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        kept = raw_data[: self._left]
        self._left -= len(kept)
        return kept or None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that come after this one."""
