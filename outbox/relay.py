"""Hands due deliveries to Celery. Celery is the carrier, PostgreSQL the truth."""

import logging
import os
import select
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from core.queues import CELERY_QUEUES
from outbox import tasks
from outbox.events import queue_of, shares_messages, slow_queues

logger = logging.getLogger(__name__)

# A message that no worker took up by then is taken for lost and handed over again.
HANDOVER = 15  # seconds
AT_ONCE = 1000
PER_MESSAGE = 50
DEATHS = 2  # attempts that ended without a word; who was there that often is under suspicion
TIMER = 1.0  # seconds; retries fall due without a NOTIFY
# What waits for slow workers is handed over again every HANDOVER. Beyond so many it stays here: ten
# thousand messages that nobody takes in time would cost more than the work itself.
MOST_OUTSTANDING = 1200  # messages for each queue of slow ones; 16 threads take as many in time
# A message costs some milliseconds of processor time however little it carries. So the first few
# after a quiet moment leave at once; under load the deliveries of several commits share theirs.
BURST = 20  # messages
PER_SECOND = 40  # messages
LONGEST_GATHERING = 0.25  # seconds
TOO_MANY = 2  # messages in a row that the broker does not take: it is away, not busy
FIRST_PAUSE = 0.1  # seconds after database or broker could not be reached; doubles
LONGEST_PAUSE = 2.0  # seconds

_TAKE_DUE = """
WITH due AS (
    SELECT id FROM outbox_delivery
    WHERE status = 'WAITING' AND due_at <= statement_timestamp() AND attempts < attempts_allowed
    ORDER BY due_at, id LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE outbox_delivery AS delivery SET due_at = statement_timestamp() + make_interval(secs => %s)
FROM due WHERE delivery.id = due.id
RETURNING delivery.subscriber, delivery.id, delivery.attempts,
    delivery.attempts - delivery.failures >= %s
"""

_UNCLAIMED = """
SELECT delivery.id FROM outbox_delivery AS delivery
JOIN unnest(%s::bigint[], %s::int[]) AS handed (id, attempts) USING (id, attempts)
WHERE delivery.status = 'WAITING'
"""

_GIVE_BACK = """
UPDATE outbox_delivery AS delivery SET due_at = statement_timestamp()
FROM unnest(%s::bigint[], %s::int[]) AS ours (id, attempts)
WHERE delivery.id = ours.id AND delivery.attempts = ours.attempts AND delivery.status = 'WAITING'
"""

_BURY_WORN_OUT = """
UPDATE outbox_delivery
SET status = 'DEAD', finished_at = statement_timestamp(),
    error = 'The last attempt did not come back: its worker died or took too long. ' || error
WHERE status = 'WAITING' AND due_at <= statement_timestamp() AND attempts >= attempts_allowed
"""


class Due(NamedTuple):
    """A delivery to be handed over, `suspect` if workers may have died of it."""

    subscriber: str
    id: int
    attempts: int
    suspect: bool


class Portion(NamedTuple):
    """What one message carries to the workers of a queue, as (delivery id, attempts so far)."""

    queue: str
    handed: list[tuple[int, int]]


class Stop:
    """A wish to end, which may come from a signal and ends every wait at once."""

    def __init__(self) -> None:
        self.asked = False
        self._bell, self._rope = os.pipe()

    def ask(self) -> None:
        self.asked = True
        os.write(self._rope, b".")

    def wait(self, seconds: float, *others: int) -> bool:
        """Wait so long, or until one of these descriptors can be read; say if one can."""
        readable, _, _ = select.select([self._bell, *others], [], [], max(seconds, 0))
        return any(other in readable for other in others)


def take_due(limit: int = AT_ONCE) -> list[Due]:
    """Up to `limit` due deliveries by subscriber and age, which are ours for HANDOVER."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_DUE, [limit, HANDOVER, DEATHS])
        return sorted(Due(*row) for row in cursor.fetchall())


def portions(taken: Iterable[Due]) -> Iterator[Portion]:
    """
    What goes to a worker at once.

    Deliveries of an app's batch subscribers share their work. Those of others go one by one, since
    a slow one would keep those behind it waiting. So do suspects, which take nobody with them any
    more.
    """
    together: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for due in taken:
        queue = queue_of(due.subscriber)
        sharing = shares_messages(due.subscriber)
        if sharing is None or due.suspect:
            yield Portion(queue, [(due.id, due.attempts)])
        else:
            together[queue, sharing].append((due.id, due.attempts))
    for (queue, _), pairs in together.items():
        for start in range(0, len(pairs), PER_MESSAGE):
            yield Portion(queue, pairs[start : start + PER_MESSAGE])


class Pace:
    """How fast messages follow each other: BURST at once, then PER_SECOND."""

    def __init__(self) -> None:
        self._paid_until = 0.0

    def spend(self, messages: int) -> None:
        earliest = time.monotonic() - BURST / PER_SECOND
        self._paid_until = max(self._paid_until, earliest) + messages / PER_SECOND

    def seconds_to_wait(self) -> float:
        """Until the next messages should leave. However many there were, it is not long."""
        return min(max(self._paid_until - time.monotonic(), 0), LONGEST_GATHERING)


class Outstanding:
    """The messages of this relay that lie in the queues of slow workers, unclaimed."""

    def __init__(self) -> None:
        self._handed: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)

    def admit(self, messages: Iterable[Portion]) -> Iterator[Portion]:
        """Those for which there is room. The others fall due again when HANDOVER is over."""
        slow = slow_queues()
        room: dict[str, int] = {}
        for message in messages:
            queue = message.queue
            if queue not in slow:
                yield message
                continue
            if queue not in room:
                room[queue] = self._room(queue)
            if room[queue] > 0:
                room[queue] -= 1
                self._handed[queue] |= dict.fromkeys(message.handed, time.monotonic())
                yield message

    def _room(self, queue: str) -> int:
        if 2 * len(self._handed[queue]) > MOST_OUTSTANDING:
            self._handed[queue] = self._unclaimed(self._handed[queue])
        return MOST_OUTSTANDING - len(self._handed[queue])

    def _unclaimed(self, handed: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
        since = time.monotonic() - HANDOVER  # what is older has expired
        young = {pair: at for pair, at in handed.items() if at > since}
        with connection.cursor() as cursor:
            cursor.execute(
                _UNCLAIMED, [[key for key, _ in young], [attempts for _, attempts in young]]
            )
            waiting = {key for (key,) in cursor.fetchall()}
        return {pair: at for pair, at in young.items() if pair[0] in waiting}


def hand_over(outstanding: Outstanding | None = None) -> list[Portion]:
    """
    Hand the first AT_ONCE that are due to the workers; return what each message would carry.

    A message that the broker does not take keeps none of the others: what is left falls due
    again at once. Raises what the broker raised once it took two in a row not. What slow workers
    have no room for is not sent, and falls due again later.
    """
    taken = list(portions(take_due()))
    messages = list(outstanding.admit(taken)) if outstanding else taken
    refused: list[Portion] = []
    failures = 0
    for place, message in enumerate(messages):
        try:
            _send(message)
            failures = 0
        except Exception as error:
            refused.append(message)
            failures += 1
            if failures == TOO_MANY:
                _give_back([*refused, *messages[place + 1 :]])
                raise
            logger.warning("Could not hand a message over: %r", error)
    _give_back(refused)
    return taken


def _send(message: Portion) -> None:
    queue, handed = message
    tasks.deliver.apply_async(
        kwargs={"handed": handed},
        # A subscriber that only another release knows may have no queue here.
        queue=CELERY_QUEUES.get(queue, CELERY_QUEUES["outbox"]).name,
        expires=HANDOVER,  # nobody needs the message once these are handed over again
        retry=False,  # `run` does, and can be stopped
    )


def _give_back(messages: list[Portion]) -> None:
    pairs = [pair for message in messages for pair in message.handed]
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [[key for key, _ in pairs], [past for _, past in pairs]])


def bury_worn_out() -> int:
    """Give up deliveries whose last allowed attempt never came back; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BURY_WORN_OUT)
        return int(cursor.rowcount)


def run(stop: Stop) -> None:
    """
    Relay until asked to stop: woken by NOTIFY, and by a timer that makes sure.

    Neither a database nor a broker that cannot be reached ends it: it tries again soon, for ever.
    """
    pace, pause, outstanding = Pace(), FIRST_PAUSE, Outstanding()
    while not stop.asked:
        try:
            _listen()
            while not stop.asked:
                _turn(stop, pace, outstanding)
                pause = FIRST_PAUSE
        except Exception as error:
            # Whatever it is (each broker has errors of its own), the deliveries are still there.
            first = pause == FIRST_PAUSE
            logger.warning("Could not hand deliveries over: %r", error, exc_info=first)
            connection.close()
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN outbox")


def _turn(stop: Stop, pace: Pace, outstanding: Outstanding) -> None:
    """Hand over what is due, then wait for more."""
    messages = hand_over(outstanding)
    if sum(len(message.handed) for message in messages) == AT_ONCE:
        return
    bury_worn_out()
    pace.spend(len(messages))
    server = connection.connection
    if stop.wait(TIMER, server.fileno()):
        server.poll()
        server.notifies.clear()
        stop.wait(pace.seconds_to_wait())
