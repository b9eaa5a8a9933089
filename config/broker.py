"""The local profile's Celery broker: files in a folder."""

import os
import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """
    Puts a message into the folder whole.

    Kombu's own opens the file under its name and fills it then: a worker that looks in between
    finds an empty message and dies of it.
    """

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # Sorted by name, so read in this order. Names that start with a dot are not read.
        name = f"{monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        written = folder / f".{name}"
        written.write_text(dumps(payload), encoding="utf-8")
        os.replace(written, folder / name)


class Transport(filesystem.Transport):
    """What the local profile's settings name as the broker; only its channel is ours."""

    Channel = Channel
