"""The bridge to AWS IoT: what changes in lists is published to `notifications-{userId}`."""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from core import aws
from notifications.events import ListChanged
from notifications.kinds import KINDS, Kind
from notifications.selectors.topics import AT_ONCE, Change, Changes, changes_of

PEOPLE_AT_ONCE = 50
# IoT takes one message a call, so several calls are under way; a client shares 32 connections.
CALLS_AT_ONCE = 16
LOCK = 0x696F74  # with a person's number beside it

# Who has no topic yet hears of the newest; all of it is in the list, which programs read first.
_BEGIN = """
INSERT INTO notifications_topic (person_id, position)
SELECT person.id, coalesce((
    SELECT min(position) - 1 FROM (
        SELECT position FROM notifications_notification
        WHERE recipient_id = person.id ORDER BY position DESC LIMIT %s
    ) AS newest
), 0)
FROM accounts_user AS person WHERE person.id = ANY(%s::uuid[])
ON CONFLICT DO NOTHING
"""
_ADVANCE = """
UPDATE notifications_topic AS topic SET position = reached.position
FROM unnest(%s::uuid[], %s::bigint[]) AS reached (person_id, position)
WHERE topic.person_id = reached.person_id AND topic.position < reached.position
"""


def publish(changed: Sequence[ListChanged]) -> None:
    """
    Publish what these people's topics have not been told.

    Each change at least once, and those of a person in the order of their positions: one worker
    at a time publishes to a topic. Raises what AWS answered, once the others' topics are served.
    """
    if not settings.NOTIFICATIONS_IOT:
        return
    people = sorted({person for event in changed for person in event.person_ids})
    with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            portion = people[start : start + PEOPLE_AT_ONCE]
            with _alone_with(portion):
                _publish_to(portion, threads)


def _publish_to(people: Collection[str], threads: ThreadPoolExecutor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [AT_ONCE, list(people)])
    changes = changes_of(people)
    while changes:
        ends = list(threads.map(_publish_one, changes.items()))
        _advance({person: end.reached for person, end in zip(changes, ends, strict=True)})
        if failed := next((end.error for end in ends if end.error), None):
            raise failed
        behind = [person for person, found in changes.items() if found.more]
        changes = {who: more for who, more in changes_of(behind).items() if more.rows}


class _End:
    """How far a thread came with one topic, and what stopped it."""

    __slots__ = ("error", "reached")

    def __init__(self) -> None:
        self.reached = 0
        self.error: Exception | None = None


def _publish_one(topic: tuple[str, Changes]) -> _End:
    person, changes = topic
    end = _End()
    try:
        for row in changes.rows:
            _send(person, _message(row, changes.unread))
            end.reached = row.position
        if not changes.rows:
            _send(person, {"unread": changes.unread})
    except Exception as error:  # it ends this topic's turn, and no other's
        end.error = error
    return end


def _message(row: Change, unread: int) -> Mapping[str, object]:
    """Ids, counts and words that are the same for everybody: a topic is no place for more."""
    return {
        "position": row.position,
        "id": row.id,
        "kind": row.kind,
        "subject": KINDS[Kind(row.kind)].subject,
        "handled": row.handled,
        "unread": unread,
    }


def _send(person: str, message: Mapping[str, object]) -> None:
    aws.client("iot-data").publish(
        topic=f"notifications-{person}",
        qos=1,
        contentType="application/json",
        payload=json.dumps(message).encode(),
    )


def _advance(reached: Mapping[str, int]) -> None:
    done = {person: position for person, position in reached.items() if position}
    if done:
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, [list(done), list(done.values())])


@contextmanager
def _alone_with(people: Collection[str]) -> Iterator[None]:
    """
    Keep other workers from these topics. No transaction is held open meanwhile.

    Everybody takes the locks in one order, so that nobody waits in a circle. They go with the
    connection, so a worker that dies holds nothing up.
    """
    keys = sorted(map(lock_key, people))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(%s, key) FROM unnest(%s::int[]) AS key", [LOCK, keys]
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_unlock(%s, key) FROM unnest(%s::int[]) AS key", [LOCK, keys]
            )


def lock_key(person: str) -> int:
    """The person's number in advisory locks: 32 bits with a sign."""
    return zlib.crc32(person.encode()) - 2**31
