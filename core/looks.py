"""Who looked at what just now, so that looking again at once is no news."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

A_LOOK = 60.0  # seconds
_MOST = 10_000

_looks: OrderedDict[Hashable, float] = OrderedDict()
_lock = threading.Lock()

T = TypeVar("T")


@contextmanager
def first_looks(looks: Mapping[Hashable, T]) -> Iterator[list[T]]:
    """
    Those that this process did not see within the last minute, to be told of inside the block.

    A page that refreshes itself, or is reloaded, is one look. Another process may not know of it,
    and what could not be told of is news again: a look may be told of twice, and is never left out.
    """
    now = time.monotonic()
    with _lock:
        new = {key: look for key, look in looks.items() if now - _looks.get(key, -A_LOOK) >= A_LOOK}
    yield list(new.values())
    with _lock:
        _looks.update(dict.fromkeys(new, now))
        while len(_looks) > _MOST:
            _looks.popitem(last=False)
