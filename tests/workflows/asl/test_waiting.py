"""Wait states, Retry, Catch, timeouts and heartbeats."""

from datetime import timedelta

import pytest

from tests.workflows.asl.machines import (
    NOON,
    SUCCEED,
    asking,
    begin,
    failure,
    given,
    machine,
    sending,
    types,
)
from workflows.asl.errors import matches
from workflows.asl.run import Beat, Failed, Succeeded, Tick
from workflows.asl.step import step


def waiting(**fields):
    return {"Type": "Wait", "End": True, **fields}


def tell(definition, *story, data=None):
    """The last outcome of a story of (happening, seconds after noon)."""
    outcome = begin(definition, data)
    for happening, seconds in story:
        outcome = step(definition, outcome.run, happening, given(seconds))
    return outcome


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
    ("error", "name", "taken"),
    [
        ("E", "E", True),
        ("E", "F", False),
        ("E", "States.ALL", True),
        ("E", "States.TaskFailed", True),
        ("", "States.ALL", True),
        ("States.Timeout", "States.ALL", True),
        ("States.Timeout", "States.Timeout", True),
        ("States.Timeout", "States.TaskFailed", False),
        ("States.HeartbeatTimeout", "States.Timeout", True),
        ("States.HeartbeatTimeout", "States.HeartbeatTimeout", True),
        ("States.Timeout", "States.HeartbeatTimeout", False),
        ("States.Runtime", "States.ALL", False),
        ("States.Runtime", "States.TaskFailed", False),
        ("States.Runtime", "States.Runtime", True),
        ("States.DataLimitExceeded", "States.ALL", False),
        ("States.DataLimitExceeded", "States.DataLimitExceeded", True),
    ],
)
def test_which_names_take_an_error_in(error, name, taken):
    assert matches(error, ["Other", name]) is taken


RETRY = {"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2}


def delays(**retrier):
    """Seconds before each further attempt of a task that always fails."""
    definition = machine(asking(End=True, Retry=[RETRY | retrier]))
    clock, found = 0, []
    run = begin(definition).run
    while run.status == "RUNNING" and len(found) < 9:
        run = step(definition, run, Failed("Busy", ""), given(clock, chance=0.5)).run
        if run.status == "RUNNING":
            found.append((run.wake_at - given(clock).now).total_seconds())
            clock += found[-1]
            run = step(definition, run, Tick(), given(clock)).run
    return found


@pytest.mark.parametrize(
    ("retrier", "expected"),
    [
        ({}, [3, 6]),
        ({"MaxAttempts": 0}, []),
        ({"BackoffRate": 1, "MaxAttempts": 3}, [3, 3, 3]),
        ({"MaxAttempts": 4, "MaxDelaySeconds": 10}, [3, 6, 10, 10]),
        ({"JitterStrategy": "FULL"}, [1.5, 3]),
        ({"JitterStrategy": "NONE"}, [3, 6]),
        (
            {"BackoffRate": 1000, "MaxAttempts": 3, "MaxDelaySeconds": 31_536_000},
            [3, 3000, 3_000_000],
        ),
    ],
)
def test_attempts_are_spaced(retrier, expected):
    assert delays(**retrier) == expected


def test_three_attempts_a_second_apart_doubling_unless_said_otherwise():
    definition = machine(asking(End=True, Retry=[{"ErrorEquals": ["Busy"]}]))
    run, waits = begin(definition).run, []
    for _ in range(3):
        run = step(definition, run, Failed("Busy", ""), given()).run
        waits.append((run.wake_at - NOON).total_seconds())
        run = step(definition, run, Tick(), given(10)).run

    assert waits == [1, 2, 4]
    assert step(definition, run, Failed("Busy", ""), given()).run.status == "FAILED"


def test_a_retry_schedules_again_without_entering_again():
    definition = machine(asking(End=True, Retry=[RETRY]))

    failed = tell(definition, (Failed("Busy", "why"), 1))
    again = tell(definition, (Failed("Busy", "why"), 1), (Tick(), 4))

    assert types(failed) == ["TaskFailed"]
    assert types(again) == ["TaskScheduled", "TaskStarted", "TaskSubmitted"]
    assert again.token_given


def test_the_message_of_a_retry_says_that_it_is_one():
    body = {"n.$": "$$.State.RetryCount", "t.$": "$$.Task.Token"}
    state = asking(End=True, Retry=[RETRY], Parameters={"QueueUrl": "q", "MessageBody": body})

    again = tell(machine(state), (Failed("Busy", ""), 1), (Tick(), 4))

    assert again.messages[0].body["n"] == 1


def test_each_retrier_counts_for_itself():
    other = {"ErrorEquals": ["Slow"], "MaxAttempts": 1}
    definition = machine(asking(End=True, Retry=[RETRY, other]))

    story = [(Failed("Slow", ""), 0), (Tick(), 9), (Failed("Busy", ""), 9), (Tick(), 19)]
    assert tell(definition, *story).run.retries == (1, 1)
    assert tell(definition, *story, (Failed("Slow", ""), 20)).run.status == "FAILED"


def test_entering_the_state_anew_counts_anew():
    definition = machine(
        asking(Next="B", Retry=[RETRY]),
        B={"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "C"}]}
        | {"Default": "A"},
        C=SUCCEED,
    )
    run = tell(definition, (Failed("Busy", ""), 0), (Tick(), 9), (Succeeded({"x": 1}), 9)).run

    assert (run.state, run.retries) == ("A", ())


def test_an_answer_during_the_delay_changes_nothing():
    definition = machine(asking(End=True, Retry=[RETRY]))
    resting = tell(definition, (Failed("Busy", ""), 1)).run

    assert step(definition, resting, Succeeded({}), given(2)).run is resting


def test_when_attempts_are_used_up_a_catch_takes_over():
    catch = {"ErrorEquals": ["States.ALL"], "Next": "B"}
    definition = machine(
        asking(End=True, Retry=[RETRY | {"MaxAttempts": 0}], Catch=[catch]), B=SUCCEED
    )

    assert tell(definition, (Failed("Busy", ""), 1)).run.state == "B"


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ({}, {"Error": "E", "Cause": "why"}),
        ({"ResultPath": "$.e"}, {"in": 1, "e": {"Error": "E", "Cause": "why"}}),
        ({"ResultPath": None}, {"in": 1}),
    ],
)
def test_a_catch_puts_the_error_where_it_says(path, result):
    catch = {"ErrorEquals": ["E"], "Next": "B", **path}
    definition = machine(asking(End=True, Catch=[catch]), B=SUCCEED)

    outcome = tell(definition, (Failed("E", "why"), 1), data={"in": 1})

    assert outcome.run.output == result
    assert types(outcome)[:3] == ["TaskFailed", "TaskStateExited", "SucceedStateEntered"]


def test_the_first_catcher_that_matches_decides():
    catchers = [
        {"ErrorEquals": ["F"], "Next": "B"},
        {"ErrorEquals": ["E", "G"], "Next": "C"},
        {"ErrorEquals": ["States.ALL"], "Next": "B"},
    ]
    definition = machine(asking(End=True, Catch=catchers), B=SUCCEED, C=SUCCEED)

    assert tell(definition, (Failed("G", ""), 1)).run.state == "C"


def test_a_failure_that_nobody_takes_ends_the_execution():
    outcome = tell(machine(asking(End=True)), (Failed("E", "why"), 1))

    assert types(outcome) == ["TaskFailed", "ExecutionFailed"]
    assert (outcome.run.error, outcome.run.cause) == ("E", "why")


def test_a_bad_answer_can_be_caught_by_its_name():
    catch = {"ErrorEquals": ["States.ResultPathMatchFailure"], "ResultPath": None, "Next": "B"}
    state = asking(End=True, ResultPath="$.text.x", Catch=[catch])
    definition = machine(state, B=SUCCEED)

    outcome = tell(definition, (Succeeded({}), 1), data={"text": "t"})

    assert outcome.run.state == "B"
    assert types(outcome)[:2] == ["TaskSucceeded", "TaskStateExited"]


def test_a_catch_that_cannot_put_its_error_anywhere_fails():
    catch = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.text.x", "Next": "B"}
    definition = machine(asking(End=True, Catch=[catch]), B=SUCCEED)

    outcome = tell(definition, (Failed("E", ""), 1), data={"text": "t"})

    assert outcome.run.error == "States.ResultPathMatchFailure"


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
