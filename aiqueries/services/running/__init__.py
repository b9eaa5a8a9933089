"""A query on its way: taken by a worker, called for, and brought to its end."""

from aiqueries.services.running.calls import Answer, Failure, Started, key
from aiqueries.services.running.finishing import (
    fail,
    fail_attempt,
    note_progress,
    put_off,
    succeed,
)
from aiqueries.services.running.starting import start

__all__ = [
    "Answer",
    "Failure",
    "Started",
    "fail",
    "fail_attempt",
    "key",
    "note_progress",
    "put_off",
    "start",
    "succeed",
]
