"""
Which way a Choice state goes.

A comparison between different types is false, never an error; a variable that is not there is an
error, except for IsPresent. https://states-language.net/spec.html#choice-state
"""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from workflows.asl import paths
from workflows.asl.errors import NO_CHOICE_MATCHED, RUNTIME, StateFailure
from workflows.asl.paths import JSON, NoMatch
from workflows.asl.templates import View

Test = Callable[[Any, Any], bool]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")


def timestamp(value: JSON) -> datetime | None:
    """An RFC 3339 time as the language wants it (capital T and Z), else None."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    # Beyond a microsecond Python cannot tell times apart.
    text = re.sub(r"(\.\d{6})\d+", r"\1", value)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_text(value: JSON) -> bool:
    return isinstance(value, str)


def is_boolean(value: JSON) -> bool:
    return isinstance(value, bool)


def is_timestamp(value: JSON) -> bool:
    return timestamp(value) is not None


def like(value: str, pattern: str) -> bool:
    """StringMatches: `*` stands for any characters, `\\*` for an asterisk, `\\\\` for itself."""
    parts = re.findall(r"\\\\|\\\*|\*|[^*\\]+|\\", pattern)
    known = {"*": ".*", "\\*": re.escape("*"), "\\\\": re.escape("\\")}
    expression = "".join(known.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(expression, value, re.DOTALL) is not None


_ORDER: dict[str, Test] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _comparisons() -> dict[str, tuple[Callable[[JSON], bool], Test]]:
    """Operator → which values it may be asked of, and the question."""
    table: dict[str, tuple[Callable[[JSON], bool], Test]] = {}
    for suffix, test in _ORDER.items():
        table[f"String{suffix}"] = (is_text, test)
        table[f"Numeric{suffix}"] = (is_number, test)
        table[f"Timestamp{suffix}"] = (
            is_timestamp,
            lambda a, b, test=test: test(timestamp(a), timestamp(b)),  # type: ignore[misc]
        )
    table["BooleanEquals"] = (is_boolean, operator.eq)
    return table


COMPARISONS = _comparisons()
TYPE_TESTS: dict[str, Callable[[JSON], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": is_number,
    "IsString": is_text,
    "IsBoolean": is_boolean,
    "IsTimestamp": is_timestamp,
}
# StringMatches has no Path variant in the language.
PATH_COMPARISONS = {f"{name}Path": name for name in COMPARISONS}


def choose(rules: list[dict[str, Any]], default: str | None, view: View) -> str:
    """The next state's name. Raises StateFailure(States.NoChoiceMatched) without a Default."""
    for rule in rules:
        if holds(rule, view):
            return str(rule["Next"])
    if default is None:
        raise StateFailure(NO_CHOICE_MATCHED, "No choice rule matched and there is no Default.")
    return default


def holds(rule: dict[str, Any], view: View) -> bool:
    """Whether a choice rule, with all that is nested in it, is true of the data."""
    if "And" in rule:
        return all(holds(part, view) for part in rule["And"])
    if "Or" in rule:
        return any(holds(part, view) for part in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], view)
    name, expected = next(item for item in rule.items() if item[0] in OPERATORS)
    return _compare(name, rule["Variable"], expected, view)


def _compare(name: str, variable: str, expected: JSON, view: View) -> bool:
    if name == "IsPresent":
        return _present(variable, view) is expected
    value = _variable(variable, view)
    if name in TYPE_TESTS:
        return TYPE_TESTS[name](value) is expected
    if name == "StringMatches":
        return is_text(value) and like(value, expected)
    if name in PATH_COMPARISONS:
        name, expected = PATH_COMPARISONS[name], _variable(expected, view)
    fits, test = COMPARISONS[name]
    return fits(value) and fits(expected) and test(value, expected)


def _present(variable: str, view: View) -> bool:
    path = paths.parse(variable)
    try:
        found = paths.read(path, view.context if path.context else view.data)
    except NoMatch:
        return False
    return path.definite or bool(found)


def _variable(text: str, view: View) -> JSON:
    path = paths.parse(text)
    try:
        return paths.read(path, view.context if path.context else view.data)
    except NoMatch:
        raise StateFailure(
            RUNTIME,
            f"Invalid path '{text}': "
            "The choice state's condition path references an invalid value.",
        ) from None


OPERATORS = frozenset({*COMPARISONS, *PATH_COMPARISONS, *TYPE_TESTS, "IsPresent", "StringMatches"})
