"""Until when one may put off, in one's own time, clocks that change included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.models import PersonSettings
from notifications.selectors import snooze_choices, zone_of

KOLKATA, BERLIN = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")


def offered(now, zone):
    return {each.name: f"{each.at:%a %d %b %H:%M %Z}" for each in snooze_choices(now, zone)}


def test_later_today_tomorrow_and_next_monday_are_offered():
    now = datetime(2026, 11, 19, 9, 40, tzinfo=UTC)

    assert offered(now, ZoneInfo("UTC")) == {
        "later": "Thu 19 Nov 12:00 UTC",
        "tomorrow": "Fri 20 Nov 08:00 UTC",
        "week": "Mon 23 Nov 08:00 UTC",
    }


def test_the_day_is_the_persons_own():
    now = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)  # half past one on Friday over there

    assert offered(now, KOLKATA) == {
        "later": "Fri 20 Nov 04:00 IST",
        "tomorrow": "Sat 21 Nov 08:00 IST",
        "week": "Mon 23 Nov 08:00 IST",
    }


@pytest.mark.parametrize("hour", [19, 22])
def test_late_in_the_day_there_is_no_later_today(hour):
    assert "later" not in offered(datetime(2026, 11, 19, hour, tzinfo=UTC), ZoneInfo("UTC"))


def test_next_week_is_never_today():
    monday = datetime(2026, 11, 23, 6, tzinfo=UTC)

    assert offered(monday, ZoneInfo("UTC"))["week"] == "Mon 30 Nov 08:00 UTC"


def test_the_morning_stays_the_morning_when_the_clock_is_put_back():
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert offered(saturday, BERLIN)["tomorrow"] == "Sun 25 Oct 08:00 CET"


@pytest.mark.django_db
def test_the_zone_is_the_one_from_the_settings(asha, ada):
    PersonSettings.objects.create(person=asha, time_zone="Asia/Kolkata")

    assert (zone_of(asha.pk), zone_of(ada.pk)) == (KOLKATA, ZoneInfo("UTC"))
