"""By when, with reminders before and grace after: the pure part of a policy's stage."""

from datetime import UTC, datetime, timedelta

import pytest

from approvals.deadlines import MOST_NAGS, Deadlines, StepKind
from approvals.policy import ENGINE_GRACE, InvalidPolicy, Policy, parse_policy

ASHA = "asha@example.com"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def stage(**said):
    return parse_policy({"stages": [{"assessors": [ASHA], **said}]}).stages[0]


def hours(number):
    return timedelta(hours=number)


def steps(deadlines):
    due_at = deadlines.due_from(START)
    return [
        (step.kind, step.number, (step.at - due_at) / hours(1)) for step in deadlines.steps(due_at)
    ]


def test_a_day_before_is_the_reminder_that_nobody_asked_for():
    assert stage().remind_hours == (24.0,)


def test_where_it_is_due_within_a_day_there_is_no_reminder_unasked():
    assert stage(due_hours=24).remind_hours == ()


def test_an_empty_list_means_no_reminder():
    assert stage(remind_hours=[]).remind_hours == ()


def test_the_earliest_reminder_comes_first_and_each_once():
    assert stage(remind_hours=[2, 48, 2.0]).remind_hours == (48.0, 2.0)


def test_without_grace_nothing_follows_the_due_time():
    assert steps(stage(remind_hours=[48, 2])) == [
        (StepKind.REMINDER, 0, -48.0),
        (StepKind.REMINDER, 1, -2.0),
    ]


def test_the_nags_end_with_the_grace_time():
    assert steps(stage(remind_hours=[], grace_hours=24, nag_hours=8)) == [
        (StepKind.OVERDUE, 0, 0.0),
        (StepKind.OVERDUE, 1, 8.0),
        (StepKind.OVERDUE, 2, 16.0),
    ]


def test_the_nags_end_by_themselves_however_long_the_grace_time_is():
    found = steps(stage(remind_hours=[], grace_hours=500, nag_hours=1))

    assert found[-1] == (StepKind.OVERDUE, MOST_NAGS, 10.0)


def test_grace_alone_has_it_told_once():
    assert steps(stage(remind_hours=[], grace_hours=500)) == [(StepKind.OVERDUE, 0, 0.0)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, None), (23.9, None), (24, 0), (60, 0), (70, 1), (72, 0), (72.5, 0)],
)
def test_who_is_late_takes_the_latest_step_alone(after, expected):
    deadlines = stage(remind_hours=[48, 2], grace_hours=1)
    due_at = deadlines.due_from(START)

    found = deadlines.step_at(due_at, START + hours(after))

    assert (found.number if found else None) == expected


def test_the_next_step_is_the_first_that_is_to_come():
    deadlines = stage(remind_hours=[48, 2], grace_hours=1)
    due_at = deadlines.due_from(START)

    assert deadlines.next_step_at(due_at, START) == START + hours(24)
    assert deadlines.next_step_at(due_at, START + hours(24)) == START + hours(70)
    assert deadlines.next_step_at(due_at, due_at) is None


def test_the_engine_waits_for_the_grace_time_too():
    policy = parse_policy({"stages": [{"assessors": [ASHA], "due_hours": 1, "grace_hours": 2}]})

    assert policy.engine_timeouts == [3 * 3600 + ENGINE_GRACE]


def test_those_to_escalate_to_are_named_once_each():
    said = ["Ada@example.com ", "maths-board", "requester", "ada@example.com"]

    assert stage(escalate_to=said).escalate_to == ("ada@example.com", "maths-board", "requester")


def test_a_copy_from_before_there_were_deadlines_has_none():
    kept = {"name": "A", "approve_n": 1, "return_n": 1, "assessors": [], "group": "b"}

    policy = Policy.from_json({"stages": [{**kept, "due_hours": 5.0}]})

    (old,) = policy.stages
    assert old == type(old)(**{**kept, "assessors": ()}, due_hours=5.0)
    assert list(old.steps(START)) == []
    assert policy.engine_timeouts == [5 * 3600 + ENGINE_GRACE]


def test_what_is_not_said_is_none():
    assert (Deadlines().grace, Deadlines().remind_hours, Deadlines().escalate_to) == (0, (), ())


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"remind_hours": 24}, "remind_hours"),
        ({"remind_hours": [72]}, "remind_hours"),
        ({"remind_hours": [0]}, "remind_hours"),
        ({"remind_hours": [-1]}, "remind_hours"),
        ({"remind_hours": ["1"]}, "remind_hours"),
        ({"remind_hours": [True]}, "remind_hours"),
        ({"remind_hours": [float("nan")]}, "remind_hours"),
        ({"remind_hours": [1, 2, 3, 4, 5, 6]}, "remind_hours"),
        ({"grace_hours": -1}, "grace_hours"),
        ({"grace_hours": "1"}, "grace_hours"),
        ({"grace_hours": 90 * 24 + 1}, "grace_hours"),
        ({"nag_hours": 4}, "nag_hours"),
        ({"grace_hours": 4, "nag_hours": 4}, "nag_hours"),
        ({"grace_hours": 4, "nag_hours": 0.5}, "nag_hours"),
        ({"escalate_to": "ada@example.com"}, "escalate_to"),
        ({"escalate_to": [""]}, "escalate_to"),
        ({"escalate_to": [7]}, "escalate_to"),
        ({"escalate_to": [f"a{n}@example.com" for n in range(21)]}, "escalate_to"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused_by_place(said, place):
    with pytest.raises(InvalidPolicy) as caught:
        stage(**said)

    assert caught.value.field == f"policy.stages[0].{place}"
