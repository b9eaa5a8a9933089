"""What queries cost and how long they took, by day: charts, and their numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from aiqueries.selectors.charts import Day, daily
from aiqueries.views.drawing import Chart, Number, Series, chart
from core.amounts import dollars, duration

DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The last days, drawn, and in sum."""

    days: list[Day]
    charts: list[Chart]
    cost: Decimal
    queries: int
    answered: int
    failed: int

    @property
    def per_cent_answered(self) -> int | None:
        """Of those that ended with or without an answer; None where none has."""
        ended = self.answered + self.failed
        return round(100 * self.answered / ended) if ended else None

    @property
    def newest_first(self) -> list[Day]:
        """The days on which something was asked."""
        return [day for day in reversed(self.days) if day.queries]


def figures(user: User | None) -> Figures:
    """Of this person's queries; of everybody's for None."""
    days = daily(user, DAYS)
    cost = sum((day.cost for day in days), Decimal(0))
    return Figures(
        days=days,
        charts=[_cost(days, cost), _time(days), _number(days)],
        cost=cost,
        queries=sum(day.queries for day in days),
        answered=sum(day.answered for day in days),
        failed=sum(day.failed for day in days),
    )


def _cost(days: Sequence[Day], cost: Decimal) -> Chart:
    bars = [Series(look="is-cost", means="cost", of=lambda day: day.cost)]
    return chart("cost", "Cost", f"{dollars(cost)} in {DAYS} days", days, bars, say=_dollars)


def _time(days: Sequence[Day]) -> Chart:
    bars = [
        Series(look="is-slow", means="95 % are quicker", of=lambda day: day.p95_ms),
        Series(look="is-usual", means="half are quicker", of=lambda day: day.p50_ms),
    ]
    slowest = max((day.p95_ms or 0 for day in days), default=0)
    summary = f"until the answer; the slowest day {_milliseconds(slowest)}"
    return chart("time", "Time", summary, days, bars, say=_milliseconds)


def _number(days: Sequence[Day]) -> Chart:
    bars = [
        Series(look="is-answered", means="answered", of=lambda day: day.answered),
        Series(look="is-failed", means="failed", of=lambda day: day.failed),
    ]
    number = sum(day.queries for day in days)
    summary = f"{number:,} in {DAYS} days"
    return chart("number", "Queries", summary, days, bars, say=_plain, stacked=True)


def _dollars(number: Number) -> str:
    return dollars(Decimal(number or 0))


def _milliseconds(number: Number) -> str:
    return duration(timedelta(milliseconds=float(number or 0)))


def _plain(number: Number) -> str:
    return f"{number or 0:,f}".rstrip("0").rstrip(".") if number else "0"
