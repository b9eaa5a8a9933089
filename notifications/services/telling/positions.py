"""The order in which changes become visible, and word to the pages that are open."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import connection

from core.actor import SYSTEM
from notifications.events import ListChanged
from outbox.publishing import publish_all

CHANNEL = "notifications"
_LOCK = 0x6E6F7465  # any number that nothing else locks
_PEOPLE_PER_NOTIFY = 200  # 37 bytes each, of at most 8,000
_PEOPLE_PER_EVENT = 50


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
    if settings.NOTIFICATIONS_IOT:
        _tell_topics(distinct)


def _tell_topics(people: Sequence[str]) -> None:
    """Have the outbox carry the same to whoever listens on AWS IoT."""
    portions = [
        list(people[start : start + _PEOPLE_PER_EVENT])
        for start in range(0, len(people), _PEOPLE_PER_EVENT)
    ]
    publish_all([ListChanged(person_ids=portion) for portion in portions], actor=SYSTEM)
