"""Batches: each takes what is new in the log into the trail, in one transaction."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from audit.models import Batch
from audit.services.sealing import tree, writing
from audit.services.sealing.composing import composed
from audit.services.sealing.places import Place, place_after
from audit.services.sealing.portions import Portion, read_portion

AT_ONCE = 2000  # entries a transaction
_LOCK = 7_262_441  # any number that nobody else uses
_PATIENCE = "30s"  # a sealer that stands still for so long loses its place

_BEGIN = """
SELECT pg_try_advisory_xact_lock(%s),
    set_config('idle_in_transaction_session_timeout', %s, true)
"""

_NEW = """
(transaction_id = ANY(%(late)s::bigint[]) OR transaction_id >= %(end)s)
    AND (transaction_id, id) > (%(transaction)s, %(id)s)
"""
_ANYTHING_NEW = f"""
SELECT EXISTS (SELECT 1 FROM outbox_event WHERE {_NEW})
    OR EXISTS (SELECT 1 FROM audit_change WHERE {_NEW.replace("%(id)s", "-1")})
"""  # noqa: S608 (conditions written above)
_FIRST_NEEDED = f"""
SELECT COALESCE(
    (SELECT min(id) FROM outbox_event WHERE {_NEW}), (SELECT max(id) + 1 FROM outbox_event), 0
)
"""  # noqa: S608


def seal_events() -> int:
    """
    Write an entry for everything that is committed and not written yet; return how many.

    Safe to call at any time, by many at once: one writes and the others return 0.
    """
    total = 0
    while written := seal_batch():
        total += written
    return total


def seal_batch() -> int:
    """Write the next AT_ONCE entries at most; return how many there were."""
    # Asked every second, mostly in vain: without lock and transaction that costs next to nothing.
    return _seal_batch() if _ask(_ANYTHING_NEW) else 0


def first_needed() -> int:
    """The lowest event id that is not in the trail yet: what the event log may not prune."""
    return int(_ask(_FIRST_NEEDED))


def keep_still() -> None:
    """
    Wait until no batch is under way, and let none begin before the end of this transaction.

    Whoever erases a person calls this first: a batch under way may be about to write their name.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _ask(question: str) -> Any:
    """What the log answers about that which is not sealed yet."""
    place = place_after(_last_batch(), "")
    with connection.cursor() as cursor:
        cursor.execute(question, place.bounds())
        return cursor.fetchone()[0]


def _last_batch() -> Batch:
    newest: Batch | None = Batch.objects.order_by("-size").first()
    return newest or Batch(size=0, transaction_id=0, log_id=0)


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [_LOCK, _PATIENCE])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_current_snapshot()::text")
        (now,) = cursor.fetchone()
    last = _last_batch()
    place = place_after(last, now)
    portion = read_portion(place, AT_ONCE)
    if not portion.facts and last.under_way:  # what was left of it has gone
        place = Place(last.under_way, now, (0, 0))
        portion = read_portion(place, AT_ONCE)
    if portion.facts:
        _write(last.size, place, portion)
    return len(portion.facts)


def _write(size: int, place: Place, portion: Portion) -> None:
    now = datetime.now(UTC)
    drafts = [composed(number, fact, now) for number, fact in enumerate(portion.facts, size + 1)]
    writing.write(drafts)
    writing.forget_changes([change.id for fact in portion.facts for change in fact.changes])
    tree.keep_nodes(size, size + len(drafts))
    Batch.objects.create(
        size=size + len(drafts),
        transaction_id=portion.after[0],
        log_id=portion.after[1],
        seen=place.since if portion.cut else place.upto,
        under_way=place.upto if portion.cut else "",
    )
