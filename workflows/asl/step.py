"""The interpreter's one entrance: an execution meets a happening."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from workflows.asl import flow, task
from workflows.asl.definition import Definition
from workflows.asl.errors import RUNTIME, StateFailure
from workflows.asl.flow import Onward
from workflows.asl.intrinsics import to_json
from workflows.asl.journey import MOST_STATES, Journey, OutOfEvents
from workflows.asl.run import (
    ABORTED,
    FOR_RETRY,
    FOR_TIME,
    RUNNING,
    TIMED_OUT,
    Beat,
    Begin,
    Failed,
    Given,
    Happening,
    Outcome,
    Run,
    Stop,
    Succeeded,
    Tick,
)

RUNNERS: dict[str, Callable[[Journey], Onward]] = {
    "Task": task.run_task,
    "Pass": flow.run_pass,
    "Choice": flow.run_choice,
    "Wait": flow.run_wait,
    "Succeed": flow.run_succeed,
    "Fail": flow.run_fail,
}


def step(definition: Definition, run: Run, happening: Happening, given: Given) -> Outcome:
    """
    The execution after the happening, with the history events and messages that come of it.

    A happening that does not fit changes nothing: an answer while no token is out, anything after
    the end, a Tick before its time. Whether the token is the right one is the caller's to know.
    """
    journey = Journey(definition, run, given)
    if run.status == RUNNING:
        try:
            _meet(journey, happening)
        except OutOfEvents:
            journey.out_of_events()
    return journey.outcome()


def _meet(journey: Journey, happening: Happening) -> None:
    match happening:
        case Begin():
            _begin(journey)
        case Stop(error, cause):
            # Whatever it interrupts, for Step Functions it follows nothing.
            journey.end("ExecutionAborted", ABORTED, error, cause, previous=0)
        case Tick():
            _tick(journey)
        case Succeeded(output) if journey.run.waits_for_token:
            _walk(journey, lambda: task.succeed(journey, output))
        case Failed(error, cause) if journey.run.waits_for_token:
            _walk(journey, lambda: task.fail(journey, error, cause))
        case Beat() if journey.run.waits_for_token:
            _beat(journey)


def _begin(journey: Journey) -> None:
    if journey.count:
        return
    definition, now = journey.definition, journey.given.now
    if definition.timeout:
        journey.change(expires_at=now + timedelta(seconds=definition.timeout))
    role = journey.context()["Execution"]["RoleArn"]
    journey.record("ExecutionStarted", input=to_json(journey.run.input), roleArn=role)
    _walk(journey, lambda: (definition.start_at, journey.run.input))


def _tick(journey: Journey) -> None:
    run, now = journey.run, journey.given.now
    if run.wake_at is None or run.wake_at > now:
        return
    if run.expires_at is not None and run.expires_at <= now:
        journey.end("ExecutionTimedOut", TIMED_OUT, "", "")
        return
    kind = run.wait.kind if run.wait else ""
    journey_on = {FOR_TIME: flow.end_wait, FOR_RETRY: task.run_task}.get(kind, task.time_out)
    _walk(journey, lambda: journey_on(journey))


def _beat(journey: Journey) -> None:
    wait = journey.run.wait
    if wait is not None and wait.heartbeat is not None:
        until = journey.given.now + timedelta(seconds=wait.heartbeat)
        journey.rest(replace(wait, heartbeat_until=until))


def _walk(journey: Journey, first: Callable[[], Onward]) -> None:
    """Go from state to state until one waits or the execution ends."""
    onward = _tried(journey, first)
    for _ in range(MOST_STATES):
        if onward is None:
            return
        journey.enter(*onward)
        onward = _tried(journey, lambda: RUNNERS[journey.state.type](journey))
    if onward is not None:
        journey.fail(RUNTIME, f"{MOST_STATES} states were entered without waiting for anything.")


def _tried(journey: Journey, work: Callable[[], Onward]) -> Onward:
    try:
        return work()
    except StateFailure as failure:
        return _recovered(journey, failure)


def _recovered(journey: Journey, failure: StateFailure) -> Onward:
    in_task = bool(journey.events) and journey.events[-1].type in ("TaskFailed", "TaskTimedOut")
    try:
        taken, onward = task.retry_or_catch(journey, failure)
    except StateFailure as another:
        failure, taken, onward, in_task = another, False, None, False
    if taken:
        return onward
    if in_task:
        journey.fail(failure.error, failure.cause)
    else:
        journey.fail_in_state(failure)
    return None
