"""Wait states, timeouts and heartbeats, and how a Fail state speaks."""

from datetime import timedelta

import pytest

from tests.workflows.asl.machines import (
    NOON,
    asking,
    begin,
    failure,
    given,
    machine,
    sending,
    tell,
    types,
)
from workflows.asl.run import Beat, Succeeded, Tick
from workflows.asl.step import step


def waiting(**fields):
    return {"Type": "Wait", "End": True, **fields}


@pytest.mark.parametrize(
    ("fields", "data", "seconds"),
    [
        ({"Seconds": 5}, {}, 5),
        ({"SecondsPath": "$.s"}, {"s": 7}, 7),
        ({"Timestamp": "2026-11-21T12:01:00.123456Z"}, {}, 60),
        ({"TimestampPath": "$.at"}, {"at": "2026-11-21T14:00:09.123456+02:00"}, 9),
    ],
)
def test_a_wait_ends_at_its_time(fields, data, seconds):
    definition = machine(waiting(**fields))
    resting = begin(definition, data).run

    assert resting.wake_at == NOON + timedelta(seconds=seconds)
    assert step(definition, resting, Tick(), given(seconds - 1)).run is resting
    assert types(step(definition, resting, Tick(), given(seconds))) == [
        "WaitStateExited",
        "ExecutionSucceeded",
    ]


@pytest.mark.parametrize("fields", [{"Seconds": 0}, {"Timestamp": "2020-01-01T00:00:00Z"}])
def test_a_wait_for_the_past_is_none(fields):
    assert begin(machine(waiting(**fields))).run.status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ({"SecondsPath": "$.s"}, {"s": -1}),
        ({"SecondsPath": "$.s"}, {"s": "5"}),
        ({"SecondsPath": "$.s"}, {}),
        ({"TimestampPath": "$.s"}, {"s": "tomorrow"}),
        ({"TimestampPath": "$.s"}, {"s": "2026-13-45T00:00:00Z"}),
        ({"TimestampPath": "$.s"}, {"s": 5}),
    ],
)
def test_a_wait_for_nothing_sensible_fails(fields, data):
    assert failure(waiting(**fields), data) == "States.Runtime"


def test_an_answer_does_not_end_a_wait():
    definition = machine(waiting(Seconds=5))
    resting = begin(definition).run

    assert step(definition, resting, Succeeded({}), given()).run is resting


@pytest.mark.parametrize(
    ("clocks", "story", "error"),
    [
        ({"TimeoutSeconds": 9}, [(Tick(), 9)], "States.Timeout"),
        ({"HeartbeatSeconds": 5}, [(Tick(), 5)], "States.HeartbeatTimeout"),
        ({"TimeoutSeconds": 9, "HeartbeatSeconds": 5}, [(Tick(), 6)], "States.HeartbeatTimeout"),
        ({"TimeoutSeconds": 9, "HeartbeatSeconds": 5}, [(Tick(), 9)], "States.Timeout"),
        (
            {"TimeoutSeconds": 9, "HeartbeatSeconds": 5},
            [(Beat(), 4), (Tick(), 9)],
            "States.Timeout",
        ),
        (
            {"HeartbeatSeconds": 5},
            [(Beat(), 4), (Beat(), 8), (Tick(), 13)],
            "States.HeartbeatTimeout",
        ),
    ],
)
def test_a_task_that_takes_too_long(clocks, story, error):
    outcome = tell(machine(asking(End=True, **clocks)), *story)

    assert types(outcome) == ["TaskTimedOut", "ExecutionFailed"]
    assert outcome.events[0].details["error"] == error
    assert (outcome.run.status, outcome.run.error) == ("FAILED", error)


def test_a_heartbeat_in_time_keeps_the_task_alive():
    outcome = tell(machine(asking(End=True, HeartbeatSeconds=5)), (Beat(), 4), (Tick(), 8))

    assert outcome.run.status == "RUNNING"
    assert outcome.events == ()


def test_without_clocks_a_task_waits_for_ever():
    assert begin(machine(asking(End=True))).run.wake_at is None


def test_a_timeout_can_be_tried_again():
    retry = {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}
    definition = machine(asking(End=True, TimeoutSeconds=9, Retry=[retry]))

    again = tell(definition, (Tick(), 9), (Tick(), 10))

    assert types(again) == ["TaskScheduled", "TaskStarted", "TaskSubmitted"]
    assert (again.run.wake_at - NOON).total_seconds() == 19


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"Error": "E", "Cause": "c"}, "E", "c"),
        ({}, "", ""),
        ({"ErrorPath": "$.e", "CausePath": "States.Format('{}!', $.e)"}, "X", "X!"),
        ({"ErrorPath": "$.n"}, "States.Runtime", None),
        ({"ErrorPath": "$.nothing"}, "States.Runtime", None),
    ],
)
def test_a_fail_state_says_why(fields, error, cause):
    outcome = begin(machine({"Type": "Fail", **fields}), {"e": "X", "n": 1})

    assert types(outcome) == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert outcome.run.error == error
    assert cause is None or outcome.run.cause == cause


def test_what_is_sent_and_forgotten_is_not_waited_for():
    assert begin(machine(sending(End=True, TimeoutSeconds=5))).run.status == "SUCCEEDED"
