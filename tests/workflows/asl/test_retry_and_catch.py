"""Who takes a failure in: Retry first, then Catch, else nobody."""

import pytest

from tests.workflows.asl.machines import NOON, SUCCEED, asking, begin, given, machine, tell, types
from workflows.asl.errors import matches
from workflows.asl.run import Failed, Succeeded, Tick
from workflows.asl.step import step


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
