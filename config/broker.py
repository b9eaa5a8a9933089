"""The local profile's Celery broker: files in a folder."""

import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

# A folder's time of change goes by the kernel's clock tick: two changes within one look like one.
_TICK = 50_000_000  # nanoseconds, several times the longest tick


class Channel(filesystem.Channel):
    """
    Puts a message into the folder whole, and takes all that a worker has room for in one look.

    Kombu's own opens the file under its name and fills it then: a worker that looks in between
    finds an empty message and dies of it. And it reads the folder anew for each queue and message.
    """

    _empty_since = -1

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # Sorted by name, so read in this order. Names that start with a dot are not read.
        name = f"{monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        written = folder / f".{name}"
        written.write_text(dumps(payload), encoding="utf-8")
        os.replace(written, folder / name)

    def _get_many(self, queues: Iterable[str], timeout: float | None = None) -> None:
        """Deliver what is there, as far as there is room for it. Raises Empty if nothing is."""
        changed = os.stat(self.data_folder_in).st_mtime_ns
        if changed == self._empty_since:
            raise Empty
        room = self.qos.can_consume_max_estimate()
        wanted = {f"{queue}.msg": queue for queue in queues}
        delivered = 0
        for name in sorted(os.listdir(self.data_folder_in)):
            queue = wanted.get(name.partition(".")[2])
            if queue is None or (payload := self._take(name)) is None:
                continue
            self.connection._deliver(payload, queue)
            delivered += 1
            if delivered == room:
                return
        if not delivered:
            self._empty_since = changed if time.time_ns() - changed > _TICK else -1
            raise Empty

    def _take(self, name: str) -> Any:
        """What the file says, or None if another worker was quicker: only one can remove it."""
        file = os.path.join(self.data_folder_in, name)
        try:
            with open(file, "rb") as message:
                payload = message.read()
            os.unlink(file)
        except FileNotFoundError:
            return None
        return loads(payload)


class Transport(filesystem.Transport):
    """What the local profile's settings name as the broker; only its channel is ours."""

    Channel = Channel


def options(folder: Path) -> dict[str, Any]:
    """What kombu has to know to keep its files under this folder."""
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "done"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.01,  # seconds
    }
