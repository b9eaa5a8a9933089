"""What every step keeps to, whatever the machine."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from tests.workflows.asl.machines import (
    SUCCEED,
    asking,
    begin,
    given,
    machine,
    sending,
    types,
)
from workflows.asl import journey
from workflows.asl.run import Beat, Begin, Failed, Stop, Succeeded, Tick
from workflows.asl.step import step

RETRY = {"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 2}
CATCH = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "B"}
# Every kind of state and of waiting, with a loop.
BUSY = machine(
    asking(TimeoutSeconds=60, HeartbeatSeconds=20, Retry=[RETRY], Catch=[CATCH], Next="B"),
    timeout=300,
    B={"Type": "Wait", "Seconds": 5, "Next": "C"},
    C={
        "Type": "Choice",
        "Choices": [{"Variable": "$.again", "IsPresent": True, "Next": "D"}],
        "Default": "E",
    },
    D={"Type": "Pass", "Result": {}, "Next": "A"},
    E=sending({"done": True}, ResultPath="$.sent", Next="F"),
    F={
        "Type": "Choice",
        "Choices": [{"Variable": "$.error", "IsPresent": True, "Next": "H"}],
        "Default": "G",
    },
    G=SUCCEED,
    H={"Type": "Fail", "ErrorPath": "$.error.Error", "Cause": "It was caught."},
)
outputs = st.sampled_from([{}, {"again": 1}, "text", None, [1]])
errors = st.sampled_from(["Again", "Other", "States.Timeout", "States.Runtime", ""])
happenings = st.one_of(
    st.just(Begin()),
    st.builds(Succeeded, outputs),
    st.builds(Failed, errors, st.just("why")),
    st.just(Beat()),
    st.just(Tick()),
    st.builds(Stop, st.just("E"), st.just("")),
)
stories = st.lists(st.tuples(happenings, st.integers(0, 30)), max_size=25)


def tell(story):
    """Each outcome of a story that begins, and what happened before it."""
    outcome, clock = begin(BUSY), 0
    told = [outcome]
    for happening, seconds in story:
        clock += seconds
        outcome = step(BUSY, outcome.run, happening, given(clock))
        told.append(outcome)
    return told


@examples(story=stories)
def test_the_same_goes_in_the_same_comes_out(story):
    assert tell(story) == tell(story)


@examples(story=stories)
def test_ids_have_no_gap_and_point_back(story):
    events = [event for outcome in tell(story) for event in outcome.events]

    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(0 <= event.previous < event.number for event in events)
    aborted = [event.number for event in events if event.type == "ExecutionAborted"]
    assert all(e.previous == e.number - 1 for e in events[2:] if e.number not in aborted)


@examples(story=stories)
def test_after_the_end_nothing_moves(story):
    told = tell(story)

    for before, after in itertools.pairwise(told):
        if before.run.status != "RUNNING":
            assert after.run is before.run
            assert (after.events, after.messages) == ((), ())


@examples(story=stories)
def test_an_execution_rests_for_something_or_has_ended(story):
    for outcome in tell(story):
        running = outcome.run.status == "RUNNING"
        assert (outcome.run.wait is not None) is running
        assert (outcome.run.wake_at is not None) is running
        assert (outcome.run.stopped_at is None) is running


@examples(story=stories)
def test_an_end_is_told_by_exactly_one_event(story):
    ends = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}
    told = tell(story)

    found = [event.type for outcome in told for event in outcome.events if event.type in ends]
    assert len(found) == (told[-1].run.status != "RUNNING")


@examples(story=stories)
def test_the_token_is_in_messages_only(story):
    for outcome in tell(story):
        assert "a-token" not in repr(outcome.events)
        assert "a-token" not in repr(outcome.run)
        assert outcome.token_given == ("a-token" in repr(outcome.messages))


@settings(max_examples=30)
@examples(story=stories)
def test_what_was_entered_was_left_or_is_the_last(story):
    events = [event for outcome in tell(story) for event in outcome.events]
    open_states = []
    for event in events:
        if event.type.endswith("StateEntered"):
            assert open_states == []
            open_states.append(event.details["name"])
        elif event.type.endswith("StateExited"):
            assert open_states.pop() == event.details["name"]


@pytest.mark.parametrize("happening", [Begin(), Beat(), Tick(), Succeeded({}), Failed("E", "")])
def test_what_does_not_fit_changes_nothing(happening):
    resting = begin(machine({"Type": "Wait", "Seconds": 9, "End": True})).run

    outcome = step(BUSY, resting, happening, given(1))

    assert outcome.run is resting
    assert outcome.events == ()


def test_a_loop_without_a_wait_is_stopped():
    definition = machine(
        {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": False, "Next": "A"}],
            "Default": "B",
        },
        B=SUCCEED,
    )

    run = begin(definition).run

    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert run.cause == "1000 states were entered without waiting for anything."


@pytest.mark.parametrize("events", range(24_990, 25_000))
def test_a_full_history_ends_the_execution(events):
    resting = replace(begin(BUSY).run, events=events)

    outcome = step(BUSY, resting, Succeeded({}), given(1))

    if outcome.run.status != "RUNNING":
        assert outcome.run.error == "States.Runtime"
        assert outcome.run.cause.endswith("maximum number of history events (25000).")
    assert outcome.run.events <= 25_000


def test_an_execution_with_a_full_history_can_still_be_stopped():
    resting = replace(begin(BUSY).run, events=journey.MOST_EVENTS - 1)

    outcome = step(BUSY, resting, Stop("", ""), given(1))

    assert types(outcome) == ["ExecutionAborted"]
    assert outcome.run.events == 25_000


def test_time_up_for_the_whole_execution_beats_the_states_own():
    outcome = step(BUSY, begin(BUSY).run, Tick(), given(300))

    assert types(outcome) == ["ExecutionTimedOut"]
    assert outcome.run.status == "TIMED_OUT"
    assert outcome.events[0].details == {}


def test_the_start_is_told_with_its_input():
    events = begin(machine(SUCCEED), {"a": "é"}).events

    assert events[0].type == "ExecutionStarted"
    assert events[0].details == {
        "input": '{"a":"é"}',
        "roleArn": "arn:aws:iam::000000000000:role/machine",
    }
    assert [(event.number, event.previous) for event in events] == [(1, 0), (2, 0), (3, 2), (4, 3)]
