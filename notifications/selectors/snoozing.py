"""When what is put off may come back, in the person's own time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.models import PersonSettings

MORNING = time(8)
LATER = timedelta(hours=3)
LATEST = 21  # o'clock; what would come back later than that can wait for the morning


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`name` is what a form sends; `at` is in the person's own time."""

    name: str
    label: str
    at: datetime

    @property
    def words(self) -> str:
        return f"{self.at:%a} {self.at.day} {self.at:%b}, {self.at:%H:%M}"


def zone_of(person_id: UUID) -> ZoneInfo:
    """The time zone from the person's settings; UTC where there are none."""
    chosen = PersonSettings.objects.filter(pk=person_id).values_list("time_zone", flat=True).first()
    return ZoneInfo(chosen or "UTC")


def snooze_choices(now: datetime, zone: ZoneInfo) -> Iterator[Choice]:
    """Later today, unless the day is nearly over; tomorrow morning; the morning of next Monday."""
    here = now.astimezone(zone)
    later = (here + LATER).replace(minute=0, second=0, microsecond=0)
    if later.date() == here.date() and later.hour <= LATEST:
        yield Choice(name="later", label="Later today", at=later)
    yield Choice(name="tomorrow", label="Tomorrow", at=_morning(here, days=1))
    yield Choice(name="week", label="Next week", at=_morning(here, days=7 - here.weekday()))


def _morning(here: datetime, *, days: int) -> datetime:
    # By the calendar, not by hours: in between a clock may be put forward or back.
    return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo)
