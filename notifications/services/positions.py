"""The order in which changes become visible, and word to the pages that are open."""

from collections.abc import Iterable

from django.db import connection

CHANNEL = "notifications"
_LOCK = 0x6E6F7465  # any number that nothing else locks
_PEOPLE_PER_NOTIFY = 200  # 37 bytes each, of at most 8,000


def lock_positions() -> None:
    """
    Let one writer at a time take positions, until its transaction ends.

    So positions become visible in order: a stream that resumes after the last one it saw has
    missed nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def wake(people: Iterable[str]) -> None:
    """Tell the live streams of these people, at commit, that something is new or has changed."""
    distinct = list(dict.fromkeys(people))
    if not distinct:
        return
    portions = [
        ",".join(distinct[start : start + _PEOPLE_PER_NOTIFY])
        for start in range(0, len(distinct), _PEOPLE_PER_NOTIFY)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, unnest(%s))", [CHANNEL, portions])
