"""A rehearsal counts what would have gone out, alone and in digests."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.kinds import Channel, Every, Kind, Mode
from notifications.planning import Hours, Wishes, chosen
from notifications.planning.rehearsal import Count, Told, rehearse

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
SUNDAY = MONDAY + timedelta(days=7)
ASSIGNED = Kind.TASK_ASSIGNED
DIGEST = chosen({}, {(ASSIGNED, Channel.EMAIL): Mode.DIGEST})
NIGHTS = Hours(quiet_from=time(22), quiet_to=time(7))


def at(hours, cause="", *, kind=ASSIGNED, over=None):
    when = MONDAY + timedelta(hours=hours)
    over_at = MONDAY + timedelta(hours=over) if over else None
    return Told(kind=kind, cause=cause or f"task:{hours}", at=when, over_at=over_at)


def mails(told, wishes):
    return rehearse(told, wishes, until=SUNDAY).get(Channel.EMAIL, Count())


def test_nothing_told_is_nothing_sent():
    assert rehearse([], Wishes(), until=SUNDAY) == {}


def test_at_once_is_a_mail_each():
    assert mails([at(9), at(10), at(33)], Wishes()) == Count(single=3)


def test_the_list_is_not_counted():
    assert Channel.IN_APP not in rehearse([at(9)], Wishes(), until=SUNDAY)


def test_what_is_off_is_not_sent():
    wishes = Wishes(modes=chosen({}, {(ASSIGNED, Channel.EMAIL): Mode.OFF}))

    assert mails([at(9)], wishes) == Count()


def test_a_digest_a_day_is_one_for_each_day_with_something_in_it():
    told = [at(9), at(10), at(33), at(34), at(81)]

    assert mails(told, Wishes(modes=DIGEST)) == Count(digests=3)


def test_one_digest_an_hour_takes_what_came_in_it():
    wishes = Wishes(modes=DIGEST, hours=Hours(digest_every=Every.HOURLY))

    assert mails([at(9.1), at(9.5), at(10.5), at(12)], wishes) == Count(digests=3)


def test_what_waits_at_the_end_is_said():
    wishes = Wishes(modes=DIGEST, hours=Hours(digest_every=Every.WEEKLY))

    assert mails([at(9), at(33), at(120)], wishes) == Count(waiting=3)


def test_several_of_one_night_come_together_and_a_single_one_alone():
    told = [at(23), at(25), at(26), at(23 + 24)]

    assert mails(told, Wishes(hours=NIGHTS)) == Count(single=1, digests=1)


def test_what_tells_of_the_same_waits_once():
    assert mails([at(23, "task:1"), at(25, "task:1")], Wishes(hours=NIGHTS)) == Count(single=1)


def test_what_is_read_before_its_time_is_left_out():
    told = [at(23, over=24), at(25)]

    assert mails(told, Wishes(hours=NIGHTS)) == Count(single=1)


def test_a_digest_of_which_nothing_is_left_is_none():
    assert mails([at(9, over=10)], Wishes(modes=DIGEST)) == Count()


def test_over_the_measure_the_rest_comes_together():
    told = [at(9 + minute / 60) for minute in range(10)]

    assert mails(told, Wishes(most_an_hour=3)) == Count(single=3, digests=1)


def test_a_digest_counts_against_the_measure():
    told = [at(9), at(9.5), at(10.1), at(10.2)]

    assert mails(told, Wishes(most_an_hour=1)) == Count(single=2, digests=1)


def test_the_order_in_which_it_is_given_does_not_matter():
    told = [at(hour) for hour in (9, 23, 25, 33, 47, 49, 60, 71)]
    wishes = Wishes(hours=NIGHTS, most_an_hour=1)

    assert mails(told, wishes) == mails(told[::-1], wishes)


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.WEBHOOK])
def test_each_channel_is_counted_for_itself(channel):
    wishes = Wishes(channels=frozenset(Channel))

    assert rehearse([at(9), at(10)], wishes, until=SUNDAY)[channel] == Count(single=2)


def test_what_is_critical_comes_alone_at_night():
    told = [at(23, kind=Kind.TASK_OVERDUE), at(23), at(24)]

    assert mails(told, replace(Wishes(), hours=NIGHTS)) == Count(single=1, digests=1)
