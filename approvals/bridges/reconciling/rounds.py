"""One round of the reconciler: who is looked at, one round at a time."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db import connection
from django.utils import timezone

from approvals.bridges.reconciling.glancing import suspicious
from approvals.bridges.reconciling.judging import GRACE, Remedy, judge
from approvals.bridges.reconciling.mending import forget_late_tokens, mend
from approvals.bridges.reconciling.sight import see
from approvals.models import ApprovalRequest
from approvals.services.repairs import note_over, resume_stalled_imports
from approvals.services.repairs.looking import (
    look_soon,
    looked_at,
    to_ask,
    to_check,
    undelivered,
)
from outbox.selectors import LATE, backlog

logger = logging.getLogger(__name__)

MOST_LOOKS = 300  # at one request each, with the engine asked
LONGEST = 45.0  # seconds; the next round is due after 60
# While deliveries are late the normal road is slow, not broken: have more patience, and leave the
# workers to it.
PATIENCE = 10
FAILURES_IN_A_ROW = 3
_LOCK = 0x7265636F  # any number that nothing else locks


@dataclass
class Report:
    """What a round did. `looked` counts requests for which the engine was asked."""

    checked: int = 0
    looked: int = 0
    failed: int = 0
    repaired: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)


def reconcile(*, limit: int = MOST_LOOKS) -> Report | None:
    """
    Look at what may have been left half-way, at most `limit` requests, and set it right.

    Returns None at once where another round is under way. Talks to the engine outside any
    transaction.
    """
    with _alone() as alone:
        return _round(limit) if alone else None


@contextmanager
def _alone() -> Iterator[bool]:
    # The session's lock, not a transaction's: the engine is asked in between. It goes with the
    # connection, so a killed round holds nobody up.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (taken,) = cursor.fetchone()
        try:
            yield taken
        finally:
            if taken:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _round(limit: int) -> Report:
    report, now, began = Report(), timezone.now(), time.monotonic()
    grace, failures = GRACE, 0
    if _deliveries_are_late(now):
        grace, limit = GRACE * PATIENCE, max(limit // PATIENCE, 1)
    for request_id in _chosen(report, now, limit):
        if time.monotonic() - began > LONGEST or failures >= FAILURES_IN_A_ROW:
            logger.warning("The reconciler left the rest for its next round: %s", report)
            break
        report.looked += 1
        try:
            _look(request_id, report, grace)
            failures = 0
        except Exception:
            # One request, or the engine for a while: neither must keep us from the others.
            logger.exception("Could not look at request %s", request_id)
            look_soon([request_id], now)
            failures += 1
            report.failed += 1
    _resume_imports(report, now)
    return report


def _deliveries_are_late(now: datetime) -> bool:
    oldest = backlog().oldest_due_at
    return oldest is not None and now - oldest > LATE


def _chosen(report: Report, now: datetime, limit: int) -> list[UUID]:
    """Undelivered decisions first, then what does not look well, then the longest unasked."""
    checked = to_check(now)
    suspects = suspicious(checked)
    report.checked = len(checked)
    doubted = [request.pk for request in suspects]
    looked_at([request for request in checked if request.pk not in set(doubted)], now)
    chosen = dict.fromkeys(chain(undelivered(now - GRACE, limit), doubted))
    if len(chosen) < limit:
        chosen |= dict.fromkeys(to_ask(now, limit))
    return list(chosen)[:limit]


def _look(request_id: UUID, report: Report, grace: timedelta) -> None:
    sight = see(ApprovalRequest(request_id=request_id))
    now = timezone.now()
    finding = judge(sight, now, grace)
    if finding is None:
        note_over(sight.request)
        if not (sight.request.is_open or sight.is_running):
            forget_late_tokens(sight.request)
        looked_at([sight.request], now)
        return
    if finding.remedy == Remedy.WAIT:
        look_soon([request_id], now)
        return
    done = mend(sight, finding)
    if done == "parked" or finding.remedy == Remedy.PARK:
        looked_at([sight.request], now)
    else:
        look_soon([request_id], now)
    if done:
        getattr(report, done)[finding.kind.value] += 1


def _resume_imports(report: Report, now: datetime) -> None:
    resumed, parked = resume_stalled_imports(now)
    if resumed:
        report.repaired["STALLED_IMPORT"] += resumed
    if parked:
        report.parked["STALLED_IMPORT"] += parked
