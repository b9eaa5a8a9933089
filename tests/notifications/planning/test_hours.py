"""Quiet hours and digest times go by the clock on a person's wall, whatever that clock does."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.kinds import Every
from notifications.planning import Hours

BERLIN = ZoneInfo(
    "Europe/Berlin"
)  # leaps 2026-03-29 02:00 to 03:00, falls 2026-10-25 03:00 to 02:00
NIGHTS = Hours(zone=BERLIN, quiet_from=time(22), quiet_to=time(7))
NOON_REST = Hours(zone=BERLIN, quiet_from=time(12), quiet_to=time(13, 30))
WEEKENDS = Hours(zone=BERLIN, quiet_weekends=True)
BOTH = Hours(zone=BERLIN, quiet_from=time(22), quiet_to=time(7), quiet_weekends=True)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text, zone=BERLIN, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def test_by_default_nothing_is_quiet():
    assert not Hours().is_quiet(utc("2026-11-21 03:00"))
    assert Hours().waking(utc("2026-11-21 03:00")) == utc("2026-11-21 03:00")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        ("21:59:59.999999", False),
        ("22:00", True),
        ("23:59:59.999999", True),
        ("00:00", True),
        ("06:59:59.999999", True),
        ("07:00", False),
        ("12:00", False),
    ],
)
def test_nights_reach_over_midnight(clock, quiet):
    assert NIGHTS.is_quiet(wall(f"2026-11-18 {clock}")) is quiet


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("11:59:59", False), ("12:00", True), ("13:29:59", True), ("13:30", False), ("00:00", False)],
)
def test_quiet_hours_may_be_within_a_day(clock, quiet):
    assert NOON_REST.is_quiet(wall(f"2026-11-18 {clock}")) is quiet


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-20 23:59:59", False),
        ("2026-11-21 00:00", True),
        ("2026-11-22 23:59:59", True),
        ("2026-11-23 00:00", False),
    ],
)
def test_a_weekend_is_all_of_saturday_and_sunday(at, quiet):
    assert WEEKENDS.is_quiet(wall(at)) is quiet


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        (NIGHTS, "2026-11-18 12:00", "2026-11-18 12:00"),
        (NIGHTS, "2026-11-18 22:00", "2026-11-19 07:00"),
        (NIGHTS, "2026-11-19 00:00", "2026-11-19 07:00"),
        (NIGHTS, "2026-11-19 06:59:59", "2026-11-19 07:00"),
        (NIGHTS, "2026-11-19 07:00", "2026-11-19 07:00"),
        (NOON_REST, "2026-11-18 12:00", "2026-11-18 13:30"),
        (WEEKENDS, "2026-11-21 00:00", "2026-11-23 00:00"),
        (WEEKENDS, "2026-11-22 23:59", "2026-11-23 00:00"),
        (BOTH, "2026-11-20 22:00", "2026-11-23 07:00"),
        (BOTH, "2026-11-20 23:30", "2026-11-23 07:00"),
        (BOTH, "2026-11-21 12:00", "2026-11-23 07:00"),
        (BOTH, "2026-11-22 22:30", "2026-11-23 07:00"),
        (BOTH, "2026-11-24 03:00", "2026-11-24 07:00"),
    ],
)
def test_quiet_ends_where_the_wall_says_so(hours, at, ends):
    assert hours.waking(wall(at)) == wall(ends)


def test_the_night_of_the_leap_is_an_hour_shorter():
    assert NIGHTS.waking(utc("2026-03-28 21:00")) == utc("2026-03-29 05:00")


def test_the_night_of_the_fall_is_an_hour_longer():
    assert NIGHTS.waking(utc("2026-10-24 20:00")) == utc("2026-10-25 06:00")


def test_an_end_that_clocks_leap_over_is_the_leap():
    hours = Hours(zone=BERLIN, quiet_from=time(22), quiet_to=time(2, 30))

    assert hours.waking(utc("2026-03-28 22:00")) == utc("2026-03-29 01:00")


def test_a_start_that_clocks_leap_over_is_the_leap():
    hours = Hours(zone=BERLIN, quiet_from=time(2, 30), quiet_to=time(5))

    assert not hours.is_quiet(utc("2026-03-29 00:59:59"))
    assert hours.is_quiet(utc("2026-03-29 01:00"))
    assert hours.waking(utc("2026-03-29 01:00")) == utc("2026-03-29 03:00")


def test_quiet_hours_within_the_leap_are_none_that_night():
    hours = Hours(zone=BERLIN, quiet_from=time(2), quiet_to=time(3))

    assert not hours.is_quiet(utc("2026-03-29 00:59:59"))
    assert not hours.is_quiet(utc("2026-03-29 01:00"))


def test_all_but_the_hour_that_is_leapt_over_lasts_until_the_day_after():
    hours = Hours(zone=BERLIN, quiet_from=time(3), quiet_to=time(2))

    assert hours.waking(utc("2026-03-28 12:00")) == wall("2026-03-30 02:00").astimezone(UTC)


def test_an_end_that_comes_twice_is_the_first_one():
    hours = Hours(zone=BERLIN, quiet_from=time(22), quiet_to=time(2, 30))

    assert hours.waking(utc("2026-10-24 22:00")) == wall("2026-10-25 02:30").astimezone(UTC)


def test_what_comes_in_the_second_pass_waits_for_its_end():
    hours = Hours(zone=BERLIN, quiet_from=time(22), quiet_to=time(2, 30))
    second = wall("2026-10-25 02:10", fold=1)

    assert hours.waking(second) == wall("2026-10-25 02:30", fold=1).astimezone(UTC)


def test_a_monday_whose_midnight_is_leapt_over_begins_at_one():
    beirut = ZoneInfo("Asia/Beirut")  # leaps at midnight into Sunday 2026-03-29
    hours = Hours(zone=beirut, quiet_from=time(22), quiet_to=time(0, 30))

    assert hours.waking(utc("2026-03-28 20:30")) == utc("2026-03-28 22:00")


ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("Asia/Beirut", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Pacific/Apia"),
]


def is_sound(hours, at):
    """Holds what is promised of `waking` against looking at every minute in between."""
    end = hours.waking(at)
    assert end >= at
    assert not hours.is_quiet(end)
    minutes = int((end - at) / timedelta(minutes=1))
    open_to = [at + timedelta(minutes=n) for n in range(minutes)]
    # Where clocks fall back over the start, the hour that comes again is not quiet a second time.
    return all(hours.is_quiet(then) or _comes_twice(then, hours.zone) for then in open_to)


def _comes_twice(at, zone):
    day = timedelta(hours=3)
    return (at - day).astimezone(zone).utcoffset() != (at + day).astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_no_moment_between_is_open_and_the_end_is(name):
    dice = random.Random(name)
    zone = ZoneInfo(name)
    for _ in range(150):
        start, end = dice.sample(range(0, 24 * 60, 15), 2)
        hours = Hours(
            zone=zone,
            quiet_from=time(*divmod(start, 60)),
            quiet_to=time(*divmod(end, 60)),
            quiet_weekends=dice.random() < 0.3,
        )
        leap = dice.choice(["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01"])
        at = utc(leap) + timedelta(minutes=dice.randrange(-2880, 2880))

        assert is_sound(hours, at), (hours, at)


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2026-11-18 07:59:59", "2026-11-18 08:00"),
        ("2026-11-18 08:00", "2026-11-19 08:00"),
        ("2026-11-18 23:59", "2026-11-19 08:00"),
    ],
)
def test_a_daily_digest_comes_at_its_hour(at, comes):
    assert Hours(zone=BERLIN).next_digest(wall(at)) == wall(comes)


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2026-11-18 12:00", "2026-11-20 08:00"),
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-27 08:00"),
        ("2026-11-21 00:00", "2026-11-27 08:00"),
    ],
)
def test_a_weekly_digest_comes_on_its_day(at, comes):
    fridays = Hours(zone=BERLIN, digest_every=Every.WEEKLY, digest_weekday=4)

    assert fridays.next_digest(wall(at)) == wall(comes)


@pytest.mark.parametrize(
    ("zone", "at", "comes"),
    [
        ("Europe/Berlin", "2026-11-18 12:00", "2026-11-18 13:00"),
        ("Europe/Berlin", "2026-11-18 12:59:59.5", "2026-11-18 13:00"),
        ("Asia/Kathmandu", "2026-11-18 12:10", "2026-11-18 13:00"),
        ("Europe/Berlin", "2026-11-18 23:30", "2026-11-19 00:00"),
    ],
)
def test_an_hourly_digest_comes_at_the_full_hour(zone, at, comes):
    hourly = Hours(zone=ZoneInfo(zone), digest_every=Every.HOURLY)

    assert hourly.next_digest(wall(at, ZoneInfo(zone))) == wall(comes, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2026-03-28 09:00", "2026-03-29 06:00"),  # 8 o'clock in summer
        ("2026-10-24 09:00", "2026-10-25 07:00"),  # and in winter
    ],
)
def test_a_daily_digest_keeps_its_hour_when_clocks_change(at, comes):
    assert Hours(zone=BERLIN).next_digest(utc(at)) == utc(comes)


def test_a_digest_whose_hour_is_leapt_over_comes_with_the_leap():
    at_two = Hours(zone=BERLIN, digest_hour=2)

    assert at_two.next_digest(utc("2026-03-28 12:00")) == utc("2026-03-29 01:00")


def test_a_digest_whose_hour_comes_twice_comes_once():
    at_two = Hours(zone=BERLIN, digest_hour=2)
    first = at_two.next_digest(utc("2026-10-24 12:00"))

    assert first == utc("2026-10-25 00:00")
    assert at_two.next_digest(first) == utc("2026-10-26 01:00")


@pytest.mark.parametrize(
    ("hours", "at", "comes"),
    [
        (NIGHTS, "2026-11-18 12:00", "2026-11-19 08:00"),
        (
            Hours(zone=BERLIN, quiet_from=time(20), quiet_to=time(9)),
            "2026-11-18 12:00",
            "2026-11-19 09:00",
        ),
        (WEEKENDS, "2026-11-20 12:00", "2026-11-23 00:00"),
        (BOTH, "2026-11-20 12:00", "2026-11-23 07:00"),
        (
            Hours(
                zone=BERLIN,
                quiet_from=time(22),
                quiet_to=time(7),
                digest_every=Every.HOURLY,
            ),
            "2026-11-18 21:30",
            "2026-11-19 07:00",
        ),
    ],
    ids=["awake", "late riser", "weekend", "both", "hourly at night"],
)
def test_a_digest_that_would_come_in_quiet_hours_waits_for_their_end(hours, at, comes):
    assert hours.next_digest(wall(at)) == wall(comes)


@pytest.mark.parametrize("every", list(Every))
@pytest.mark.parametrize("name", ZONES)
def test_the_next_digest_is_always_later_and_never_too_far(name, every):
    hours = Hours(zone=ZoneInfo(name), digest_every=every)
    most = {Every.HOURLY: 2, Every.DAILY: 26, Every.WEEKLY: 7 * 24 + 2}[every]

    for hour in range(0, 366 * 24, 5):
        at = utc("2026-01-01") + timedelta(hours=hour, minutes=hour % 60)
        assert at < hours.next_digest(at) <= at + timedelta(hours=most)
