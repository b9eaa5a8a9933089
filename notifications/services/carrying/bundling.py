"""Handing over what was held: what is due together for a person and channel goes in one message."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Now

from core.actor import SYSTEM
from core.correlation import correlation_id
from notifications.events import DigestDue
from notifications.kinds import Because, Channel, Kind, Mode
from notifications.models import Delivery
from notifications.planning import DISTURBING, Wishes
from notifications.selectors import wishes_of
from notifications.services.carrying.releasing import Released, publish_due
from notifications.services.telling.positions import lock_positions
from outbox.publishing import publish_all

AT_ONCE = 500

# Of everybody whose time has come for something: all that has come. Whoever reads one of them at
# this moment holds its row, and it is not waited for.
_RIPE = """
WITH whose AS (
    SELECT DISTINCT recipient_id, channel FROM (
        SELECT recipient_id, channel FROM notifications_delivery
        WHERE status = 'PENDING' AND released_at IS NULL AND due_at <= statement_timestamp()
        ORDER BY due_at LIMIT %s
    ) AS first
)
SELECT delivery.id, delivery.notification_id, delivery.recipient_id::text, delivery.channel,
    told.kind, delivery.held, delivery.due_at,
    CASE WHEN NOT person.is_active THEN 'The account is closed.'
        WHEN told.handled_at IS NOT NULL THEN told.handled
        WHEN told.read_at IS NOT NULL THEN 'You read it in the product.'
        WHEN told.snoozed_until IS NOT NULL THEN 'You put it off in the product.'
        WHEN told.archived_at > told.told_at THEN 'You archived it in the product.'
        ELSE '' END
FROM whose
JOIN notifications_delivery AS delivery
    ON delivery.recipient_id = whose.recipient_id AND delivery.channel = whose.channel
JOIN notifications_notification AS told ON told.id = delivery.notification_id
JOIN accounts_user AS person ON person.id = delivery.recipient_id
WHERE delivery.status = 'PENDING' AND delivery.released_at IS NULL
    AND delivery.due_at <= statement_timestamp()
ORDER BY delivery.id
FOR NO KEY UPDATE OF delivery SKIP LOCKED
"""

_CANCEL = """
UPDATE notifications_delivery AS delivery SET status = 'CANCELLED', answer = over.answer
FROM unnest(%s::bigint[], %s::text[]) AS over (id, answer) WHERE delivery.id = over.id
"""

_BUNDLE = """
INSERT INTO notifications_digest (recipient_id, channel, due_at)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[])
ON CONFLICT DO NOTHING RETURNING recipient_id::text, channel, id
"""

_RELEASE = """
UPDATE notifications_delivery AS delivery
SET released_at = statement_timestamp(), digest_id = ripe.digest_id
FROM unnest(%s::bigint[], %s::bigint[]) AS ripe (id, digest_id) WHERE delivery.id = ripe.id
"""


class Ripe(NamedTuple):
    """A held delivery whose time has come; `over` says why it is not needed any more."""

    id: int
    notification_id: int
    recipient_id: str
    channel: str
    kind: str
    held: str
    due_at: datetime
    over: str


# By recipient and channel.
Bundles = Mapping[tuple[str, str], Sequence[Ripe]]


def release_due() -> int:
    """
    Hand over what was held until now, for up to AT_ONCE deliveries and whatever goes with them.

    Returns how many were seen to. Of two at once the second waits, and finds nothing left.
    """
    if not Delivery.objects.waiting().filter(due_at__lte=Now()).exists():
        return 0
    return _release()


@transaction.atomic
def _release() -> int:
    lock_positions()
    with connection.cursor() as cursor:
        cursor.execute(_RIPE, [AT_ONCE])
        ripe = [Ripe(*row) for row in cursor.fetchall()]
    wishes = wishes_of({each.recipient_id for each in ripe})
    judged = {each.id: each.over or _unwanted(each, wishes[each.recipient_id]) for each in ripe}
    _cancel({key: answer for key, answer in judged.items() if answer})
    _hand_over(_bundles(each for each in ripe if not judged[each.id]), wishes)
    return len(ripe)


def _unwanted(ripe: Ripe, wishes: Wishes) -> str:
    """Why the person does not get it any more, who may have changed their mind meanwhile."""
    mode, _ = wishes.mode(Kind(ripe.kind), Channel(ripe.channel))
    if mode == Mode.OFF:
        return "It has been switched off in your settings since."
    if ripe.channel in wishes.broken:
        return str(Because.BROKEN.label)
    return ""


def _bundles(ripe: Iterable[Ripe]) -> Bundles:
    bundles = defaultdict(list)
    for each in ripe:
        bundles[each.recipient_id, each.channel].append(each)
    return bundles


def _hand_over(bundles: Bundles, wishes: Mapping[str, Wishes]) -> None:
    digests = _make_digests({key: of for key, of in bundles.items() if _belong_together(of)})
    going = [(each, digests.get(key)) for key, of in bundles.items() for each in of]
    if not going:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [[each.id for each, _ in going], [digest for _, digest in going]])
    publish_due(_released(each for each, digest in going if digest is None))
    if digests:
        publish_all(
            [
                DigestDue(digest_id=digest, recipient_id=recipient_id, channel=channel)
                for (recipient_id, channel), digest in digests.items()
            ],
            actor=SYSTEM,
        )


def _belong_together(ripe: Sequence[Ripe]) -> bool:
    """A digest is one even with a single message in it; others are where several have waited."""
    if ripe[0].channel not in DISTURBING:
        return False
    return len(ripe) > 1 or ripe[0].held == Because.DIGESTED


def _make_digests(bundles: Bundles) -> dict[tuple[str, str], int]:
    """
    A digest for each. Where one of the same time is out already, there is no second one.

    That happens to what was passed over, or written late: it goes by itself.
    """
    if not bundles:
        return {}
    wanted = [(*key, max(each.due_at for each in of)) for key, of in bundles.items()]
    with connection.cursor() as cursor:
        cursor.execute(_BUNDLE, [list(column) for column in zip(*wanted, strict=True)])
        return {(recipient, channel): key for recipient, channel, key in cursor.fetchall()}


def _cancel(answers: Mapping[int, str]) -> None:
    if answers:
        with connection.cursor() as cursor:
            cursor.execute(_CANCEL, [list(answers), list(answers.values())])


def _released(ripe: Iterable[Ripe]) -> Iterator[Released]:
    for each in ripe:
        yield Released(
            id=each.id,
            notification_id=each.notification_id,
            recipient_id=each.recipient_id,
            channel=each.channel,
            kind=each.kind,
            correlation_id=correlation_id(),
        )
