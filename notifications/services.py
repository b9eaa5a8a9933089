"""Telling people, and noting what they have read."""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models.functions import Now

from core.actor import SYSTEM
from notifications.events import EmailDue
from notifications.exceptions import NotificationNotFound
from notifications.models import Notification
from notifications.notes import Note
from outbox.events import Envelope
from outbox.publishing import publish_all

CHANNEL = "notifications"
_LOCK = 0x6E6F7465  # any number that nothing else locks
_PEOPLE_PER_NOTIFY = 200  # 37 bytes each, of at most 8,000

# People who left are left out; a note that a repeated delivery brings again finds its row there.
_WRITE = """
INSERT INTO notifications_notification
    (recipient_id, event_id, kind, title, body, reason, url)
SELECT person.id, note.event_id, note.kind, note.title, note.body, note.reason, note.url
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS note (recipient_id, event_id, kind, title, body, reason, url, place)
JOIN accounts_user AS person ON person.id = note.recipient_id AND person.is_active
ORDER BY note.place
ON CONFLICT (recipient_id, event_id) DO NOTHING
RETURNING id, recipient_id::text, event_id::text
"""


def notify(notes: Sequence[tuple[Note, Envelope]]) -> int:
    """
    Tell everybody what the notes say, except the people who did it themselves.

    Writes the rows, lets the mails fall due and wakes the live streams, in a few statements for
    any number of notes. Returns how many rows are new: a repeat adds none and mails nobody.
    """
    wanted = {
        (note.recipient_id, envelope.event_id): (note, envelope)
        for note, envelope in reversed(notes)
        if note.recipient_id != envelope.actor.id
    }
    return _tell(dict(reversed(wanted.items()))) if wanted else 0


@transaction.atomic
def mark_read(*, notification_id: int, person_id: object) -> None:
    """
    Note that this person has read it. Doing it twice changes nothing.

    Raises NotificationNotFound when it is not theirs.
    """
    own = Notification.objects.of(person_id).filter(pk=notification_id)
    if own.unread().update(read_at=Now()):
        _wake([str(person_id)])
    elif not own.exists():
        raise NotificationNotFound("There is no such notification.")


@transaction.atomic
def mark_all_read(*, person_id: object) -> int:
    """Note that this person has read everything; return how many were unread."""
    count = Notification.objects.of(person_id).unread().update(read_at=Now())
    if count:
        _wake([str(person_id)])
    return count


@transaction.atomic
def _tell(wanted: dict[tuple[str, str], tuple[Note, Envelope]]) -> int:
    with connection.cursor() as cursor:
        # One writer at a time, from the first id to the commit, so that ids become visible in
        # order: a stream that resumes after the last id it saw has missed nothing.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_WRITE, [list(column) for column in zip(*_rows(wanted), strict=True)])
        written = cursor.fetchall()
    if written:
        mails = [
            (
                EmailDue(notification_id=key, recipient_id=recipient_id, kind=note.kind.value),
                envelope.correlation_id,
            )
            for key, recipient_id, event_id in written
            for note, envelope in [wanted[recipient_id, event_id]]
            if note.by_email
        ]
        if mails:
            publish_all(
                [event for event, _ in mails],
                actor=SYSTEM,
                correlation_ids=[correlation_id for _, correlation_id in mails],
            )
        _wake([recipient_id for _, recipient_id, _ in written])
    return len(written)


def _rows(wanted: dict[tuple[str, str], tuple[Note, Envelope]]) -> Iterator[tuple[str, ...]]:
    for note, envelope in wanted.values():
        title, reason = note.title[:255], note.reason[:255]
        yield (
            *(note.recipient_id, envelope.event_id, note.kind.value),
            *(title, note.body, reason, note.url),
        )


def _wake(people: Sequence[str]) -> None:
    """Tell the live streams of these people, at commit, that there is something new."""
    distinct = list(dict.fromkeys(people))
    portions = [
        ",".join(distinct[start : start + _PEOPLE_PER_NOTIFY])
        for start in range(0, len(distinct), _PEOPLE_PER_NOTIFY)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, unnest(%s))", [CHANNEL, portions])
