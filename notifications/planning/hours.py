"""When somebody may be disturbed, by the clock on their wall: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from notifications.kinds import Every

MIDNIGHT = time(0)
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """
    A person's quiet hours and digest times, local to `zone`.

    It is quiet from `quiet_from` until before `quiet_to`, over midnight if that is earlier, and on
    all of Saturday and Sunday if `quiet_weekends`. `digest_weekday` counts from Monday, 0.
    """

    zone: tzinfo = UTC
    quiet_from: time | None = None
    quiet_to: time | None = None
    quiet_weekends: bool = False
    digest_every: Every = Every.DAILY
    digest_hour: int = 8
    digest_weekday: int = 0

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet_from is None and not self.quiet_weekends:
            return False
        local = at.astimezone(self.zone)
        if self.quiet_weekends and local.weekday() >= SATURDAY:
            return True
        return self._is_quiet_hour(local.time())

    def _is_quiet_hour(self, clock: time) -> bool:
        if self.quiet_from is None or self.quiet_to is None:
            return False
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def waking(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not quiet."""
        while self.is_quiet(at):
            ends = [MIDNIGHT] if self.quiet_to is None else [MIDNIGHT, self.quiet_to]
            at = min(_next(at, end, self.zone) for end in ends)
        return at

    def next_digest(self, at: datetime) -> datetime:
        """When the digest after `at` comes; where that would be in quiet hours, when they end."""
        if self.digest_every == Every.HOURLY:
            return self.waking(_next_hour(at, self.zone))
        for day in _days(at, self.zone, 9):
            if self.digest_every == Every.DAILY or day.weekday() == self.digest_weekday:
                then = _instant(day, time(self.digest_hour), self.zone)
                if then > at:
                    return self.waking(then)
        raise AssertionError("Every weekday comes within nine days.")


def _days(at: datetime, zone: tzinfo, number: int) -> Iterator[date]:
    today = at.astimezone(zone).date()
    return (today + DAY * ahead for ahead in range(number))


def _next(at: datetime, clock: time, zone: tzinfo) -> datetime:
    """The first moment after `at` at which local clocks show `clock`, or skip it."""
    return min(
        then
        for day in _days(at, zone, 3)
        for fold in (0, 1)
        if (then := _instant(day, clock, zone, fold=fold)) > at
    )


def _next_hour(at: datetime, zone: tzinfo) -> datetime:
    local = at.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at + timedelta(hours=1) - past


def _instant(day: date, clock: time, zone: tzinfo, *, fold: int = 0) -> datetime:
    """
    When local clocks show this, in UTC; of two such moments in autumn the one that `fold` says.

    A time that is skipped in spring gives the moment at which clocks skip it.
    """
    wall = datetime.combine(day, clock, tzinfo=zone).replace(fold=fold)
    then = wall.astimezone(UTC)
    if then.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return then
    return _leap(wall, zone)


def _leap(wall: datetime, zone: tzinfo) -> datetime:
    """The moment, to the second, at which clocks leap over `wall`."""
    before = wall.replace(fold=1).astimezone(UTC)
    after = wall.replace(fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
