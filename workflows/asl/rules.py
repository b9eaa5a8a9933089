"""The rules for each field of each type of state."""

from collections.abc import Callable, Iterator
from typing import Any

from workflows.asl import intrinsics, paths
from workflows.asl.choice import (
    COMPARISONS,
    OPERATORS,
    PATH_COMPARISONS,
    TYPE_TESTS,
    timestamp,
)

TERMINAL = ("Succeed", "Fail")
RESOURCE = "arn:aws:states:::sqs:"
ACTIONS = ("sendMessage", "sendMessage.waitForTaskToken")
LONGEST = 99_999_999  # seconds, Step Functions' own limit

_IN_OUT = {"InputPath", "OutputPath"}
_WAY = {"Next", "End"}
_TASK = {"Resource", "Parameters", "ResultSelector", "ResultPath", "Retry", "Catch"}
_CLOCKS = {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"}
_WAITS = {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}
FIELDS: dict[str, set[str]] = {
    name: {"Type", "Comment"} | fields
    for name, fields in {
        "Task": _TASK | _CLOCKS | _IN_OUT | _WAY,
        "Pass": {"Result", "Parameters", "ResultPath"} | _IN_OUT | _WAY,
        "Choice": {"Choices", "Default"} | _IN_OUT,
        "Wait": _WAITS | _IN_OUT | _WAY,
        "Succeed": _IN_OUT,
        "Fail": {"Error", "ErrorPath", "Cause", "CausePath"},
    }.items()
}
Check = Callable[[Any, str], Iterator[str]]


def check_field(field: str, value: Any, place: str) -> Iterator[str]:
    """What is wrong with one field by itself."""
    yield from _CHECKS.get(field, _anything)(value, place)


def check_together(kind: str, fields: dict[str, Any], place: str) -> Iterator[str]:
    """What is wrong with a state's fields taken together."""
    if kind in ("Task", "Pass", "Wait") and ("Next" in fields) == ("End" in fields):
        yield f"{place}: must have either Next or End."
    for one in ("TimeoutSeconds", "HeartbeatSeconds", "Error", "Cause"):
        if one in fields and f"{one}Path" in fields:
            yield f"{place}.{one}Path: may not stand beside {one}."
    if kind == "Wait" and len(_WAITS & fields.keys()) != 1:
        yield f"{place}: must have exactly one of {', '.join(sorted(_WAITS))}."
    if kind == "Choice" and "Choices" not in fields:
        yield f"{place}.Choices: is missing."
    if kind == "Task":
        yield from _task(fields, place)


def _task(fields: dict[str, Any], place: str) -> Iterator[str]:
    if "Resource" not in fields:
        yield f"{place}.Resource: is missing."
    timeout, heartbeat = fields.get("TimeoutSeconds"), fields.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        yield f"{place}.HeartbeatSeconds: must be smaller than TimeoutSeconds."
    parameters = fields.get("Parameters")
    if not isinstance(parameters, dict):
        yield f"{place}.Parameters: must be an object with QueueUrl and MessageBody."
        return
    for name in ("QueueUrl", "MessageBody"):
        if (name in parameters) == (f"{name}.$" in parameters):
            yield f"{place}.Parameters.{name}: is needed once."
    for name in parameters:
        if name.removesuffix(".$") not in ("QueueUrl", "MessageBody"):
            yield f"{place}.Parameters.{name}: not supported."
    waits = str(fields.get("Resource", "")).endswith(".waitForTaskToken")
    if waits and "$$.Task.Token" not in repr(parameters):
        yield f"{place}.Parameters: nobody could answer, $$.Task.Token is not sent."


def _anything(value: Any, place: str) -> Iterator[str]:
    yield from ()


def _text(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place}: must be text."


def _resource(value: Any, place: str) -> Iterator[str]:
    if value not in [RESOURCE + action for action in ACTIONS]:
        yield f"{place}: {value!r} is not supported."


def _true(value: Any, place: str) -> Iterator[str]:
    if value is not True:
        yield f"{place}: may only be true."


def _whole(value: Any, smallest: int, place: str) -> Iterator[str]:
    if type(value) is not int or not smallest <= value <= LONGEST:
        yield f"{place}: must be a whole number from {smallest} to {LONGEST}."


def _positive(value: Any, place: str) -> Iterator[str]:
    yield from _whole(value, 1, place)


def _not_negative(value: Any, place: str) -> Iterator[str]:
    yield from _whole(value, 0, place)


def _time(value: Any, place: str) -> Iterator[str]:
    if timestamp(value) is None:
        yield f"{place}: must be an RFC 3339 time with T and a zone."


def _path(value: Any, place: str) -> Iterator[str]:
    yield from _parsed(paths.parse, value, place)


def _path_or_null(value: Any, place: str) -> Iterator[str]:
    if value is not None:
        yield from _path(value, place)


def _reference(value: Any, place: str) -> Iterator[str]:
    yield from _parsed(paths.parse_reference, value, place)


def _result_path(value: Any, place: str) -> Iterator[str]:
    if value is not None:
        yield from _reference(value, place)


def _expression(value: Any, place: str) -> Iterator[str]:
    is_path = isinstance(value, str) and value.startswith("$")
    yield from _parsed(paths.parse if is_path else intrinsics.parse_call, value, place)


def _parsed(parse: Callable[[str], Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place}: must be text."
        return
    try:
        parse(value)
    except paths.PathError as error:
        yield f"{place}: {error}"


def _template(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            check = _expression if key.endswith(".$") else _template
            yield from check(part, f"{place}.{key}")
            if key.endswith(".$") and key.removesuffix(".$") in value:
                yield f"{place}.{key}: may not stand beside {key.removesuffix('.$')}."
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _template(part, f"{place}[{number}]")


def _each(value: Any, place: str, check: Check) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        yield f"{place}: must be a list with at least one item."
        return
    for number, part in enumerate(value):
        spot = f"{place}[{number}]"
        if isinstance(part, dict):
            yield from check(part, spot)
        else:
            yield f"{spot}: must be an object."


def _error_names(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, list) or not value or not all(isinstance(n, str) for n in value):
        yield f"{place}: must be a list of error names."
    elif "States.ALL" in value and len(value) > 1:
        yield f"{place}: States.ALL must stand alone."


def _handlers(value: Any, place: str, checks: dict[str, Check], needed: set[str]) -> Iterator[str]:
    def one(handler: dict[str, Any], spot: str) -> Iterator[str]:
        for field, content in handler.items():
            if field not in checks:
                yield f"{spot}.{field}: not supported."
            else:
                yield from checks[field](content, f"{spot}.{field}")
        for field in needed - handler.keys():
            yield f"{spot}.{field}: is missing."

    yield from _each(value, place, one)
    if isinstance(value, list):
        for number, handler in enumerate(value[:-1]):
            if isinstance(handler, dict) and handler.get("ErrorEquals") == ["States.ALL"]:
                yield f"{place}[{number}].ErrorEquals: States.ALL must come last."


def _backoff(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 1000:
        yield f"{place}: must be a number from 1 to 1000."


def _jitter(value: Any, place: str) -> Iterator[str]:
    if value not in ("FULL", "NONE"):
        yield f"{place}: must be FULL or NONE."


_RETRY: dict[str, Check] = {
    "Comment": _anything,
    "ErrorEquals": _error_names,
    "IntervalSeconds": _positive,
    "MaxAttempts": _not_negative,
    "BackoffRate": _backoff,
    "MaxDelaySeconds": _positive,
    "JitterStrategy": _jitter,
}
_CATCH: dict[str, Check] = {
    "Comment": _anything,
    "ErrorEquals": _error_names,
    "Next": _text,
    "ResultPath": _result_path,
}


def _retry(value: Any, place: str) -> Iterator[str]:
    yield from _handlers(value, place, _RETRY, {"ErrorEquals"})


def _catch(value: Any, place: str) -> Iterator[str]:
    yield from _handlers(value, place, _CATCH, {"ErrorEquals", "Next"})


def _choices(value: Any, place: str) -> Iterator[str]:
    yield from _each(value, place, lambda rule, spot: _rule(rule, spot, top=True))


def _rule(rule: Any, place: str, *, top: bool) -> Iterator[str]:
    if not isinstance(rule, dict):
        yield f"{place}: must be an object."
        return
    if top != ("Next" in rule):
        yield f"{place}.Next: {'is missing' if top else 'belongs to the outermost rule'}."
    names = rule.keys() - {"Next", "Comment", "Variable"}
    if len(names) != 1 or not names <= OPERATORS | {"And", "Or", "Not"}:
        found = ", ".join(sorted(names)) or "none"
        yield f"{place}: must have one supported operator, has {found}."
        return
    (name,) = names
    if name == "Not":
        yield from _rule(rule[name], f"{place}.Not", top=False)
    elif name in ("And", "Or"):
        nested: Check = lambda part, spot: _rule(part, spot, top=False)  # noqa: E731
        yield from _each(rule[name], f"{place}.{name}", nested)
    else:
        yield from _path(rule.get("Variable"), f"{place}.Variable")
        yield from _operand(name, rule[name], f"{place}.{name}")


def _operand(name: str, value: Any, place: str) -> Iterator[str]:
    if name in PATH_COMPARISONS:
        yield from _path(value, place)
    elif name in TYPE_TESTS or name == "IsPresent":
        if not isinstance(value, bool):
            yield f"{place}: must be true or false."
    elif name == "StringMatches":
        yield from _text(value, place)
    elif not COMPARISONS[name][0](value):
        yield f"{place}: {value!r} is not of the operator's type."


_CHECKS: dict[str, Check] = {
    "Resource": _resource,
    "Comment": _text,
    "Next": _text,
    "Default": _text,
    "End": _true,
    "InputPath": _path_or_null,
    "OutputPath": _path_or_null,
    "ResultPath": _result_path,
    "Parameters": _template,
    "ResultSelector": _template,
    "TimeoutSeconds": _positive,
    "HeartbeatSeconds": _positive,
    "TimeoutSecondsPath": _path,
    "HeartbeatSecondsPath": _path,
    "Seconds": _not_negative,
    "SecondsPath": _path,
    "Timestamp": _time,
    "TimestampPath": _path,
    "Error": _text,
    "Cause": _text,
    "ErrorPath": _expression,
    "CausePath": _expression,
    "Retry": _retry,
    "Catch": _catch,
    "Choices": _choices,
}
