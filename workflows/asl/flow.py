"""What the states do that are not tasks."""

from datetime import datetime, timedelta
from typing import Any

from workflows.asl.choice import choose, timestamp
from workflows.asl.errors import RUNTIME, StateFailure
from workflows.asl.journey import Journey
from workflows.asl.paths import JSON
from workflows.asl.rules import LONGEST
from workflows.asl.run import FAILED, FOR_TIME, Wait
from workflows.asl.templates import View, put

Onward = tuple[str, JSON] | None


def narrowed(view: View, path: str | None) -> JSON:
    """The part of the data that InputPath or OutputPath lets through; null lets nothing."""
    return {} if path is None else view.expression(path)


def passed(journey: Journey) -> View:
    """The state's effective input: after InputPath."""
    view = journey.view()
    return view.over(narrowed(view, journey.state.get("InputPath", "$")))


def finished(journey: Journey, data: JSON) -> JSON:
    """The state's output: after OutputPath."""
    view = journey.view().over(data)
    return narrowed(view, journey.state.get("OutputPath", "$"))


def run_pass(journey: Journey) -> Onward:
    state, view = journey.state, passed(journey)
    result = view.data
    if "Parameters" in state.fields:
        result = view.fill(state.fields["Parameters"])
    if "Result" in state.fields:
        result = state.fields["Result"]
    data = put(journey.run.data, state.get("ResultPath", "$"), result)
    return journey.leave_by_next(finished(journey, data))


def run_choice(journey: Journey) -> Onward:
    state, view = journey.state, passed(journey)
    target = choose(state.fields["Choices"], state.get("Default"), view)
    return journey.leave(finished(journey, view.data), target)


def run_succeed(journey: Journey) -> Onward:
    return journey.leave(finished(journey, passed(journey).data), None)


def run_fail(journey: Journey) -> Onward:
    error, cause = _said(journey, "Error"), _said(journey, "Cause")
    journey.end("ExecutionFailed", FAILED, error, cause)
    return None


def _said(journey: Journey, field: str) -> str:
    state = journey.state
    if f"{field}Path" not in state.fields:
        return str(state.get(field, ""))
    text = journey.view().expression(state.fields[f"{field}Path"])
    if not isinstance(text, str):
        raise StateFailure(RUNTIME, f"The {field}Path of a Fail state must lead to text.")
    return text


def run_wait(journey: Journey) -> Onward:
    until = _wakes_at(journey.state.fields, passed(journey), journey.given.now)
    if until > journey.given.now:
        journey.rest(Wait(kind=FOR_TIME, until=until))
        return None
    return end_wait(journey)


def end_wait(journey: Journey) -> Onward:
    """The Wait state's time has come."""
    return journey.leave_by_next(finished(journey, passed(journey).data))


def _wakes_at(fields: dict[str, Any], view: View, now: datetime) -> datetime:
    if "Seconds" in fields:
        return now + timedelta(seconds=fields["Seconds"])
    if "SecondsPath" in fields:
        seconds = seconds_at(view, fields["SecondsPath"], smallest=0)
        return now + timedelta(seconds=seconds)
    path = fields.get("TimestampPath")
    moment = timestamp(view.expression(path) if path else fields["Timestamp"])
    if moment is None:
        raise StateFailure(RUNTIME, f"The TimestampPath {path!r} does not lead to a timestamp.")
    return moment


def seconds_at(view: View, path: str, *, smallest: int) -> int:
    """A number of seconds in the data. Raises StateFailure if it is none."""
    seconds = view.expression(path)
    if type(seconds) is not int or not smallest <= seconds <= LONGEST:
        raise StateFailure(
            RUNTIME, f"The path {path!r} must lead to a whole number from {smallest} to {LONGEST}."
        )
    return seconds
