"""
What an emulator is known to do otherwise than Step Functions, and how to allow for exactly that.

The comparison rewrites our record by each gap that a case is listed under and then wants it to be
the emulator's; where an emulator goes its own way altogether, the case only has to differ. A gap
that no longer shows fails a test, so the tables cannot outlive what they excuse.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.parity.record import OWN_WORDS, Event, Record

ERRORS = "Handling errors in Step Functions workflows"
TASK = "Task workflow state"
CALLBACK = "Discover service integration patterns"
CHOICE = "Choice workflow state"
PASS = "Pass workflow state"
WAIT = "Wait workflow state"
FAIL = "Fail workflow state"
CONTEXT = "Accessing execution data from the Context object"
INTRINSICS = "Intrinsics for JSONPath states"
PATHS = "Using JSONPath paths"
DATA = "Manipulate parameters with JSONPath"
HISTORY = "HistoryEvent, API reference"
SPEC = "Amazon States Language specification, states-language.net"

Change = Callable[[Record], Record]


@dataclass(frozen=True)
class Gap:
    """
    One thing an emulator does otherwise.

    `aws` is what Step Functions does, said on the `page` of its documentation, and what our
    engine does. `cases` names where it shows. Where that is everywhere, `example` is one of them.
    """

    name: str
    does: str
    aws: str
    page: str
    cases: Sequence[str] = ()
    change: Change | None = None
    example: str = ""

    def concerns(self, case: str) -> bool:
        return bool(self.example) or case in self.cases


def expected(ours: Record, gaps: Sequence[Gap]) -> Record | None:
    """Our record as an emulator with these gaps would tell it; None when nobody can say how."""
    for gap in gaps:
        if gap.change is None:
            return None
        ours = gap.change(ours)
    return ours


def without(*types: str) -> Change:
    """The record without events of these types."""
    return lambda record: record.with_events(e for e in record.events if e.type not in types)


def called(before: str, after: str) -> Change:
    """The record with an event's type called otherwise."""

    def change(record: Record) -> Record:
        return record.with_events(
            replace(e, type=after) if e.type == before else e for e in record.events
        )

    return change


def twice_the_end(record: Record) -> Record:
    return record.with_events([*record.events, record.events[-1]])


def task_failed_too(record: Record) -> Record:
    """With a TaskFailed before the end."""
    return record.with_events([*record.events[:-1], Event("TaskFailed"), record.events[-1]])


def ended_with(error: str) -> Change:
    """The record with another error at its end."""
    return lambda record: replace(record, error=error, cause=OWN_WORDS)


def resting(record: Record) -> Record:
    """The record up to the first clock that ran out, as if it never had."""
    clocks = ("TaskTimedOut", "ExecutionTimedOut", "ExecutionAborted")
    at = next(i for i, event in enumerate(record.events) if event.type in clocks)
    sent = sum(event.type == "TaskScheduled" for event in record.events[:at])
    return Record("RUNNING", record.events[:at], sent=record.sent[:sent])


def tried_in_vain(record: Record) -> Record:
    """The record with its first attempt made twice."""
    types = list(record.types)
    begin = types.index("TaskScheduled")
    end = next(i for i, kind in enumerate(types) if kind in ("TaskFailed", "TaskTimedOut")) + 1
    attempt = record.events[begin:end]
    doubled = record.with_events([*record.events[:end], *attempt, *record.events[end:]])
    return replace(doubled, sent=(record.sent[0], *record.sent))


def without_causes(record: Record) -> Record:
    """The record as if nobody had ever given a cause to SendTaskFailure."""
    changed = record.with_events(replace(e, data=_silent(e.data)) for e in record.events)
    sent = tuple((queue, _silent(body)) for queue, body in record.sent)
    changed = replace(changed, output=_silent(record.output), sent=sent)
    by_task = record.types[-2:] == ("TaskFailed", "ExecutionFailed")
    return replace(changed, cause="") if by_task else changed


def _silent(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"Error", "Cause"} and value["Cause"] != OWN_WORDS:
            return {**value, "Cause": None}
        return {key: _silent(item) for key, item in value.items()}
    return [_silent(item) for item in value] if isinstance(value, list) else value


def named(before: str, after: str) -> Change:
    """The record with an error called otherwise, in data too."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(item) for key, item in value.items()}
        return after if value == before else value

    def change(record: Record) -> Record:
        changed = record.with_events(replace(e, data=renamed(e.data)) for e in record.events)
        return replace(changed, output=renamed(record.output), error=renamed(record.error))

    return change


def data_without(*keys: str) -> Change:
    """The record with these keys taken out of `$$.Execution`, wherever it went."""

    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: pruned(item) for key, item in value.items()}
            return {k: v for k, v in kept.items() if k not in keys} if "StartTime" in kept else kept
        return value

    def change(record: Record) -> Record:
        changed = record.with_events(replace(e, data=pruned(e.data)) for e in record.events)
        sent = tuple((queue, pruned(body)) for queue, body in record.sent)
        return replace(changed, output=pruned(record.output), sent=sent)

    return change


def in_force(gaps: Sequence[Gap], case: str) -> Iterator[Gap]:
    return (gap for gap in gaps if gap.concerns(case))
