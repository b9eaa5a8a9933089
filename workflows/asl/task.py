"""What a Task state does: send, wait, be answered, fail, try again, give way."""

from datetime import timedelta
from typing import Any

from workflows.asl.errors import HEARTBEAT_TIMEOUT, TIMEOUT, StateFailure, matches
from workflows.asl.flow import Onward, finished, narrowed, seconds_at
from workflows.asl.intrinsics import to_json
from workflows.asl.journey import Journey
from workflows.asl.paths import JSON
from workflows.asl.run import FOR_RETRY, FOR_TOKEN, Message, Wait
from workflows.asl.templates import View, put

HIDDEN = "[hidden]"


def run_task(journey: Journey) -> Onward:
    """Send the state's message, for the first time or once more."""
    view = journey.view()
    effective = view.over(narrowed(view, journey.state.get("InputPath", "$")))
    template = journey.state.fields["Parameters"]
    sent = _over(effective, journey, journey.given.token).fill(template)
    # The history gets what the same template makes of a token that opens nothing.
    shown = _over(effective, journey, HIDDEN).fill(template)
    clocks = _clocks(journey, view)

    journey.record("TaskScheduled", **_scheduled(journey, shown, clocks))
    journey.record("TaskStarted", **_names(journey))
    receipt = _send(journey, sent)
    if not journey.state.waits_for_token:
        return succeed(journey, receipt)
    journey.token_given = True
    journey.record("TaskSubmitted", **_names(journey), output=to_json(receipt))
    journey.rest(_wait(journey, clocks))
    return None


def succeed(journey: Journey, result: JSON) -> Onward:
    """The task's work is done; its result goes where the state wants it."""
    journey.record("TaskSucceeded", **_names(journey), output=journey.limited(result))
    state = journey.state
    if "ResultSelector" in state.fields:
        result = journey.view().over(result).fill(state.fields["ResultSelector"])
    data = put(journey.run.data, state.get("ResultPath", "$"), result)
    return journey.leave_by_next(finished(journey, data))


def fail(journey: Journey, error: str, cause: str) -> None:
    """Record that whoever did the work gave up. Always raises StateFailure."""
    journey.record("TaskFailed", **_names(journey), error=error, cause=cause)
    raise StateFailure(error, cause)


def time_out(journey: Journey) -> None:
    """Record that the task took too long. Always raises StateFailure."""
    wait, now = journey.run.wait, journey.given.now
    late = wait is not None and wait.until is not None and wait.until <= now
    error = TIMEOUT if late else HEARTBEAT_TIMEOUT
    journey.record("TaskTimedOut", **_names(journey), error=error)
    raise StateFailure(error, "")


def retry_or_catch(journey: Journey, failure: StateFailure) -> tuple[bool, Onward]:
    """Whether a Retry or a Catch takes the failure in, and where that leads."""
    for index, retrier in enumerate(journey.state.retriers):
        if matches(failure.error, retrier["ErrorEquals"]):
            if _try_again(journey, index, retrier):
                return True, None
            break
    for catcher in journey.state.catchers:
        if matches(failure.error, catcher["ErrorEquals"]):
            return True, _give_way(journey, catcher, failure)
    return False, None


def _try_again(journey: Journey, index: int, retrier: dict[str, Any]) -> bool:
    counts = list(journey.run.retries) or [0] * len(journey.state.retriers)
    if counts[index] >= retrier.get("MaxAttempts", 3):
        return False
    delay = _delay(retrier, counts[index], journey.given.chance)
    counts[index] += 1
    journey.change(retries=tuple(counts))
    journey.rest(Wait(kind=FOR_RETRY, until=journey.given.now + timedelta(seconds=delay)))
    return True


def _delay(retrier: dict[str, Any], tried: int, chance: float) -> float:
    """Seconds to wait, growing by BackoffRate up to MaxDelaySeconds; FULL jitter takes a part."""
    longest = retrier.get("MaxDelaySeconds", 31_622_400)
    # The power of a big rate would leave the range of floats long after it left the limit.
    grown = retrier.get("BackoffRate", 2.0) ** min(tried, 100)
    delay = min(retrier.get("IntervalSeconds", 1) * grown, longest)
    return float(delay * chance) if retrier.get("JitterStrategy") == "FULL" else float(delay)


def _give_way(journey: Journey, catcher: dict[str, Any], failure: StateFailure) -> Onward:
    problem = {"Error": failure.error, "Cause": failure.cause}
    data = put(journey.run.data, catcher.get("ResultPath", "$"), problem)
    return journey.leave(data, catcher["Next"])


def _over(view: View, journey: Journey, token: str) -> View:
    own = token if journey.state.waits_for_token else None
    return View(view.data, journey.context(own))


def _names(journey: Journey) -> dict[str, Any]:
    return {"resourceType": "sqs", "resource": journey.state.action}


def _scheduled(journey: Journey, shown: JSON, clocks: dict[str, int]) -> dict[str, Any]:
    return {
        **_names(journey),
        "region": journey.given.region,
        "parameters": journey.limited(shown),
        **clocks,
    }


def _clocks(journey: Journey, view: View) -> dict[str, int]:
    fields, clocks = journey.state.fields, {}
    for field, name in (
        ("TimeoutSeconds", "timeoutInSeconds"),
        ("HeartbeatSeconds", "heartbeatInSeconds"),
    ):
        if field in fields:
            clocks[name] = fields[field]
        elif f"{field}Path" in fields:
            clocks[name] = seconds_at(view, fields[f"{field}Path"], smallest=1)
    return clocks


def _wait(journey: Journey, clocks: dict[str, int]) -> Wait:
    now = journey.given.now
    timeout, heartbeat = clocks.get("timeoutInSeconds"), clocks.get("heartbeatInSeconds")
    return Wait(
        kind=FOR_TOKEN,
        until=now + timedelta(seconds=timeout) if timeout else None,
        heartbeat=heartbeat,
        heartbeat_until=now + timedelta(seconds=heartbeat) if heartbeat else None,
    )


def _send(journey: Journey, sent: dict[str, Any]) -> JSON:
    message_id = journey.given.message_id(len(journey.messages))
    queue = str(sent["QueueUrl"]).rstrip("/").rpartition("/")[2]
    journey.messages.append(Message(message_id, queue, sent["MessageBody"]))
    return {"MessageId": str(message_id)}
