"""What charts of AI queries show: days in UTC, money in US dollars, times in milliseconds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import User
from aiqueries.kinds import Status

# A covering index answers this for everybody's, and the index of a person's for theirs. What was
# waited for counts from asking to the answer.
_DAILY = """
SELECT (created_at AT TIME ZONE 'UTC')::date,
       count(*),
       count(*) FILTER (WHERE status = %(answered)s),
       count(*) FILTER (WHERE status = ANY(%(failed)s)),
       coalesce(sum(cost), 0),
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
           ORDER BY extract(epoch FROM finished_at - created_at)::float8 * 1000
       ) FILTER (WHERE status = %(answered)s)
FROM aiqueries_query
WHERE created_at >= %(since)s {of_owner}
GROUP BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Day:
    """
    What was asked on one day, and what became of it until now.

    `failed` are those that ended without an answer that nobody cancelled. The times are those
    until the answer, of half and of 95 in 100 that were answered; None where none was.
    """

    date: date
    queries: int = 0
    answered: int = 0
    failed: int = 0
    cost: Decimal = Decimal(0)
    p50_ms: int | None = None
    p95_ms: int | None = None


def daily(user: User | None, days: int = 30) -> list[Day]:
    """The last so many days until today, the oldest first; of everybody's queries for None."""
    today = timezone.now().astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    known = _read(first, user.pk if user else None)
    dates = [first + timedelta(days=passed) for passed in range(days)]
    return [known.get(one, Day(date=one)) for one in dates]


def _read(first: date, owner_id: UUID | None) -> dict[date, Day]:
    named: dict[str, Any] = {
        "answered": Status.SUCCEEDED,
        "failed": [Status.FAILED, Status.EXPIRED],
        "since": datetime.combine(first, time(), UTC),
        "owner": owner_id,
    }
    of_owner = "AND owner_id = %(owner)s" if owner_id else ""
    with connection.cursor() as cursor:
        cursor.execute(_DAILY.format(of_owner=of_owner), named)
        return {row[0]: _day(*row) for row in cursor.fetchall()}


def _day(
    day: date,
    queries: int,
    answered: int,
    failed: int,
    cost: Decimal,
    times: list[float] | None,
) -> Day:
    p50, p95 = times or (None, None)
    return Day(
        date=day,
        queries=queries,
        answered=answered,
        failed=failed,
        cost=cost,
        p50_ms=None if p50 is None else round(p50),
        p95_ms=None if p95 is None else round(p95),
    )
