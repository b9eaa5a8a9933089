"""What becomes of a notification on each channel, and every step that led there."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.kinds import KINDS, Because, Channel, Kind, Mode, Outcome
from notifications.planning import Hours, Way, Wishes, chosen, is_fixed, ways

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
NIGHT = datetime(2026, 11, 18, 23, tzinfo=UTC)
MORNING = datetime(2026, 11, 19, 7, tzinfo=UTC)
DIGEST = datetime(2026, 11, 19, 8, tzinfo=UTC)
EVERYWHERE = frozenset(Channel)
QUIET = Hours(quiet_from=time(22), quiet_to=time(7))
ASSIGNED, OVERDUE, WATCHED = Kind.TASK_ASSIGNED, Kind.TASK_OVERDUE, Kind.WATCHED


def way(kind, wishes, at=NOON, *, channel=Channel.EMAIL, due_at=None):
    (found,) = (
        each for each in ways(kind, wishes, at=at, due_at=due_at) if each.channel == channel
    )
    return found


def sent(*because, channel=Channel.EMAIL):
    return Way(channel=channel, outcome=Outcome.SEND, because=because)


def held(*because, until, channel=Channel.EMAIL):
    return Way(channel=channel, outcome=Outcome.HOLD, because=because, until=until)


def dropped(*because, channel=Channel.EMAIL):
    return Way(channel=channel, outcome=Outcome.DROP, because=because)


def choosing(kind, mode, *, channel=Channel.EMAIL, **rest):
    return Wishes(modes=chosen({}, {(kind, channel): mode}), **rest)


def locking(kind, mode, own=None, *, channel=Channel.EMAIL, **rest):
    general = {(kind, channel): (mode, Because.LOCKED)}
    return Wishes(modes=chosen(general, {(kind, channel): own} if own else {}), **rest)


def busy(number, *, minutes_ago, most=3, channel=Channel.EMAIL, **rest):
    times = tuple(NOON - timedelta(minutes=minutes_ago) for _ in range(number))
    return Wishes(most_an_hour=most, recent={channel: times}, **rest)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("channel", list(Channel))
def test_without_wishes_the_defaults_hold(kind, channel):
    expected = {
        Mode.NOW: sent(Because.DEFAULT, channel=channel),
        Mode.OFF: dropped(Because.DEFAULT, channel=channel),
        Mode.DIGEST: held(Because.DEFAULT, Because.DIGESTED, until=DIGEST, channel=channel),
    }

    found = way(kind, Wishes(channels=EVERYWHERE), channel=channel)

    assert found == expected[KINDS[kind].modes[channel]]


def test_there_is_one_way_for_each_channel_with_an_address():
    assert [each.channel for each in ways(ASSIGNED, Wishes(), at=NOON)] == [
        Channel.IN_APP,
        Channel.EMAIL,
    ]


def test_who_has_no_mail_address_is_told_so():
    wishes = Wishes(channels=frozenset({Channel.IN_APP}))

    assert way(ASSIGNED, wishes) == dropped(Because.NO_ADDRESS)


def test_a_broken_channel_is_not_used():
    wishes = Wishes(broken=frozenset({Channel.EMAIL}))

    assert way(ASSIGNED, wishes) == dropped(Because.DEFAULT, Because.BROKEN)
    assert way(ASSIGNED, wishes, channel=Channel.IN_APP).outcome == Outcome.SEND


def test_what_is_critical_does_not_mend_a_broken_channel():
    wishes = Wishes(broken=frozenset({Channel.EMAIL}))

    assert way(OVERDUE, wishes) == dropped(Because.DEFAULT, Because.BROKEN)


def test_what_somebody_wants_not_at_all_goes_nowhere():
    assert way(ASSIGNED, choosing(ASSIGNED, Mode.OFF)) == dropped(Because.CHOSEN)


def test_what_somebody_wants_at_once_goes_at_once():
    assert way(WATCHED, choosing(WATCHED, Mode.NOW)) == sent(Because.CHOSEN)


def test_a_choice_holds_for_its_kind_and_channel_only():
    wishes = choosing(ASSIGNED, Mode.OFF, channels=EVERYWHERE)

    assert way(ASSIGNED, wishes, channel=Channel.CHAT) == sent(
        Because.DEFAULT, channel=Channel.CHAT
    )
    assert way(Kind.TASK_PASSED_ON, wishes) == sent(Because.DEFAULT)


@pytest.mark.parametrize("own", [None, Mode.OFF, Mode.DIGEST, Mode.NOW])
def test_what_is_locked_cannot_be_chosen_otherwise(own):
    assert way(ASSIGNED, locking(ASSIGNED, Mode.NOW, own)) == sent(Because.LOCKED)
    assert way(ASSIGNED, locking(ASSIGNED, Mode.OFF, own)) == dropped(Because.LOCKED)
    assert way(ASSIGNED, locking(ASSIGNED, Mode.DIGEST, own)) == held(
        Because.LOCKED, Because.DIGESTED, until=DIGEST
    )


def test_what_is_locked_keeps_quiet_hours():
    wishes = locking(ASSIGNED, Mode.NOW, hours=QUIET)

    assert way(ASSIGNED, wishes, NIGHT) == held(Because.LOCKED, Because.QUIET_HOURS, until=MORNING)


def test_a_default_that_is_not_locked_yields_to_a_choice():
    general = {(ASSIGNED, Channel.EMAIL): (Mode.OFF, Because.DEFAULT)}

    assert way(ASSIGNED, Wishes(modes=general)) == dropped(Because.DEFAULT)
    own = chosen(general, {(ASSIGNED, Channel.EMAIL): Mode.NOW})
    assert way(ASSIGNED, Wishes(modes=own)) == sent(Because.CHOSEN)


def test_what_comes_in_quiet_hours_waits_for_their_end():
    found = way(ASSIGNED, Wishes(hours=QUIET), NIGHT)

    assert found == held(Because.DEFAULT, Because.QUIET_HOURS, until=MORNING)


@pytest.mark.parametrize("channel", [Channel.IN_APP, Channel.WEBHOOK])
def test_the_list_and_programs_have_no_nights_and_no_throttle(channel):
    wishes = busy(9, minutes_ago=1, channel=channel, channels=EVERYWHERE, hours=QUIET)

    assert way(ASSIGNED, wishes, NIGHT, channel=channel) == sent(Because.DEFAULT, channel=channel)
    assert way(ASSIGNED, wishes, NOON, channel=channel) == sent(Because.DEFAULT, channel=channel)


def test_quiet_hours_are_kept_even_if_the_time_to_decide_runs_out():
    found = way(ASSIGNED, Wishes(hours=QUIET), NIGHT, due_at=NIGHT + timedelta(hours=1))

    assert found == held(Because.DEFAULT, Because.QUIET_HOURS, until=MORNING)


def test_what_is_critical_comes_in_quiet_hours():
    assert way(OVERDUE, Wishes(hours=QUIET), NIGHT) == sent(
        Because.DEFAULT, Because.QUIET_HOURS, Because.CRITICAL
    )


def test_what_is_critical_waits_for_no_turn():
    assert way(OVERDUE, busy(3, minutes_ago=1)) == sent(
        Because.DEFAULT, Because.THROTTLED, Because.CRITICAL
    )


def test_what_is_critical_waits_for_no_digest():
    assert way(OVERDUE, locking(OVERDUE, Mode.DIGEST)) == sent(
        Because.LOCKED, Because.DIGESTED, Because.CRITICAL
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_what_is_critical_cannot_be_chosen_otherwise(mode):
    assert way(OVERDUE, choosing(OVERDUE, mode)) == sent(Because.DEFAULT)


@pytest.mark.parametrize("kind", list(Kind))
def test_exactly_what_is_critical_or_locked_is_fixed(kind):
    assert is_fixed({}, kind, Channel.EMAIL) is KINDS[kind].critical
    locked = {(kind, Channel.EMAIL): (Mode.NOW, Because.LOCKED)}
    assert is_fixed(locked, kind, Channel.EMAIL)


def test_what_is_wanted_in_the_digest_waits_for_it():
    found = way(ASSIGNED, choosing(ASSIGNED, Mode.DIGEST))

    assert found == held(Because.CHOSEN, Because.DIGESTED, until=DIGEST)


def test_a_digest_needs_no_turn_of_its_own():
    wishes = replace(busy(3, minutes_ago=1), modes=choosing(ASSIGNED, Mode.DIGEST).modes)

    assert way(ASSIGNED, wishes).because == (Because.CHOSEN, Because.DIGESTED)


@pytest.mark.parametrize(
    ("due_at", "waits"),
    [
        (DIGEST - timedelta(hours=1), False),
        (DIGEST, False),
        (DIGEST + timedelta(hours=4) - timedelta(seconds=1), False),
        (DIGEST + timedelta(hours=4), True),
        (DIGEST + timedelta(days=3), True),
    ],
)
def test_nothing_waits_for_a_digest_that_would_come_too_late(due_at, waits):
    found = way(ASSIGNED, choosing(ASSIGNED, Mode.DIGEST), due_at=due_at)

    assert found == (
        held(Because.CHOSEN, Because.DIGESTED, until=DIGEST)
        if waits
        else sent(Because.CHOSEN, Because.DIGESTED, Because.DUE_FIRST)
    )


def test_what_cannot_wait_for_the_digest_still_waits_for_the_morning():
    weekly = replace(QUIET, digest_hour=20)
    found = way(
        ASSIGNED,
        choosing(ASSIGNED, Mode.DIGEST, hours=weekly),
        NIGHT,
        due_at=MORNING + timedelta(hours=5),
    )

    assert found == held(
        Because.CHOSEN,
        Because.DIGESTED,
        Because.DUE_FIRST,
        Because.QUIET_HOURS,
        until=MORNING,
    )


@pytest.mark.parametrize(("number", "waits"), [(0, False), (2, False), (3, True), (9, True)])
def test_only_so_many_messages_go_out_in_an_hour(number, waits):
    found = way(ASSIGNED, busy(number, minutes_ago=20))

    assert found == (
        held(Because.DEFAULT, Because.THROTTLED, until=NOON + timedelta(minutes=40))
        if waits
        else sent(Because.DEFAULT)
    )


def test_what_is_over_the_measure_waits_until_one_more_may_go():
    times = tuple(NOON - timedelta(minutes=ago) for ago in (59, 50, 40, 30, 1))
    wishes = Wishes(most_an_hour=3, recent={Channel.EMAIL: times})

    assert way(ASSIGNED, wishes).until == NOON + timedelta(minutes=20)


def test_what_was_sent_an_hour_ago_counts_no_more():
    assert way(ASSIGNED, busy(3, minutes_ago=60)) == sent(Because.DEFAULT)


def test_what_went_out_by_chat_does_not_count_for_mail():
    wishes = busy(3, minutes_ago=1, channel=Channel.CHAT)

    assert way(ASSIGNED, wishes) == sent(Because.DEFAULT)


def test_a_turn_that_comes_in_quiet_hours_waits_for_their_end():
    late = NOON + timedelta(hours=9, minutes=50)
    wishes = Wishes(
        most_an_hour=1,
        recent={Channel.EMAIL: (late - timedelta(minutes=10),)},
        hours=QUIET,
    )

    assert way(ASSIGNED, wishes, late) == held(Because.DEFAULT, Because.THROTTLED, until=MORNING)


@pytest.mark.parametrize(("minutes", "waits"), [(58, False), (59, False), (60, True), (600, True)])
def test_nothing_waits_for_its_turn_until_it_is_too_late(minutes, waits):
    found = way(ASSIGNED, busy(3, minutes_ago=1), due_at=NOON + timedelta(minutes=minutes))

    assert found == (
        held(Because.DEFAULT, Because.THROTTLED, until=NOON + timedelta(minutes=59))
        if waits
        else sent(Because.DEFAULT, Because.THROTTLED, Because.DUE_FIRST)
    )


def test_what_is_sent_counts_against_the_next():
    wishes = Wishes(most_an_hour=2)
    outcomes = []
    for _ in range(3):
        outcomes.append(way(ASSIGNED, wishes).outcome)
        wishes = wishes.sent(Channel.EMAIL, NOON)

    assert outcomes == [Outcome.SEND, Outcome.SEND, Outcome.HOLD]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("at", [NOON, NIGHT, NOON + timedelta(days=3)], ids=str)
@pytest.mark.parametrize("locked", [True, False])
def test_a_way_is_held_exactly_if_it_says_until_when_and_never_into_the_night(
    kind, mode, at, locked
):
    hours = replace(QUIET, quiet_weekends=True)
    make = locking if locked else choosing
    for channel in Channel:
        wishes = make(kind, mode, channel=channel, channels=EVERYWHERE, hours=hours)
        found = way(kind, wishes, at, channel=channel)

        assert (found.until is not None) == (found.outcome == Outcome.HOLD)
        assert found.until is None or (found.until > at and not hours.is_quiet(found.until))


def test_a_trace_keeps_each_step_as_a_word():
    found = way(ASSIGNED, Wishes(hours=QUIET), NIGHT)

    assert found.as_json() == {
        "channel": "EMAIL",
        "outcome": "HOLD",
        "because": ["DEFAULT", "QUIET_HOURS"],
        "until": "2026-11-19T07:00:00+00:00",
    }
