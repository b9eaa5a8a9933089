import itertools

import pytest

from tests.workflows.asl.machines import SUCCEED, begin, failure, machine
from workflows.asl.choice import holds, like
from workflows.asl.templates import View

EARLY, LATE = "2026-11-21T09:00:00Z", "2026-11-21T11:00:00.5+01:00"
SMALLER_AND_BIGGER = {"String": ("a", "b"), "Numeric": (1, 2.5), "Timestamp": (EARLY, LATE)}
TRUE_FOR = {  # when the variable is smaller, the same, bigger
    "Equals": (False, True, False),
    "LessThan": (True, False, False),
    "GreaterThan": (False, False, True),
    "LessThanEquals": (True, True, False),
    "GreaterThanEquals": (False, True, True),
}
EVERYTHING = [None, True, 0, 1.5, "a", EARLY, [], {}]


def rows():
    for (kind, (small, big)), (name, truths) in itertools.product(
        SMALLER_AND_BIGGER.items(), TRUE_FOR.items()
    ):
        for (value, other), truth in zip(
            [(small, big), (big, big), (big, small)], truths, strict=True
        ):
            yield f"{kind}{name}", value, other, truth


def judge(rule, **data):
    return holds(rule, View(data, {"Execution": {"Name": "run"}}))


@pytest.mark.parametrize(("operator", "value", "other", "truth"), list(rows()))
def test_a_comparison_with_a_constant(operator, value, other, truth):
    assert judge({"Variable": "$.v", operator: other}, v=value) is truth


@pytest.mark.parametrize(("operator", "value", "other", "truth"), list(rows()))
def test_a_comparison_with_another_place(operator, value, other, truth):
    assert judge({"Variable": "$.v", f"{operator}Path": "$.o"}, v=value, o=other) is truth


@pytest.mark.parametrize(
    ("value", "truth"), [(True, True), (False, False), ("true", False), (1, False)]
)
def test_booleans(value, truth):
    assert judge({"Variable": "$.v", "BooleanEquals": True}, v=value) is truth
    assert judge({"Variable": "$.v", "BooleanEqualsPath": "$.o"}, v=value, o=True) is truth


@pytest.mark.parametrize(
    ("operator", "fitting"),
    [
        ("IsNull", [None]),
        ("IsBoolean", [True]),
        ("IsNumeric", [0, 1.5]),
        ("IsString", ["a", EARLY]),
        ("IsTimestamp", [EARLY]),
    ],
)
def test_questions_about_the_type(operator, fitting):
    for value in EVERYTHING:
        fits = any(value is one for one in fitting)
        assert judge({"Variable": "$.v", operator: True}, v=value) is fits
        assert judge({"Variable": "$.v", operator: False}, v=value) is not fits


@pytest.mark.parametrize("operator", ["StringEquals", "NumericEquals", "TimestampEquals"])
def test_another_type_is_different_and_no_error(operator):
    constant = {"StringEquals": "a", "NumericEquals": 0, "TimestampEquals": EARLY}[operator]
    others = [value for value in EVERYTHING if value != constant or isinstance(value, bool)]

    assert not any(judge({"Variable": "$.v", operator: constant}, v=value) for value in others)


@pytest.mark.parametrize(
    ("path", "present"), [("$.v", True), ("$.w", False), ("$.v.x", False), ("$.l[*]", False)]
)
def test_is_present_asks_without_an_error(path, present):
    assert judge({"Variable": path, "IsPresent": True}, v=None, l=[]) is present
    assert judge({"Variable": path, "IsPresent": False}, v=None, l=[]) is not present


@pytest.mark.parametrize(
    ("pattern", "text", "truth"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abb", False),
        ("*.log", "x.log", True),
        ("*.log", "xxlog", False),
        (r"a\*c", "a*c", True),
        (r"a\*c", "abc", False),
        (r"a\\*", "a\\b", True),
        ("a*", "a\nb", True),
        ("[a]", "a", False),
    ],
)
def test_patterns(pattern, text, truth):
    assert like(text, pattern) is truth
    assert judge({"Variable": "$.v", "StringMatches": pattern}, v=text) is truth


def test_a_pattern_matches_text_only():
    assert judge({"Variable": "$.v", "StringMatches": "*"}, v=1) is False


YES, NO = {"Variable": "$.v", "IsNull": True}, {"Variable": "$.v", "IsNull": False}


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        ({"And": [YES, YES]}, True),
        ({"And": [YES, NO]}, False),
        ({"Or": [NO, YES]}, True),
        ({"Or": [NO, NO]}, False),
        ({"Not": NO}, True),
        ({"Not": {"Or": [NO, {"And": [YES, {"Not": NO}]}]}}, False),
    ],
)
def test_rules_are_combined(rule, truth):
    assert judge(rule, v=None) is truth


def test_the_context_object_can_be_asked():
    assert judge({"Variable": "$$.Execution.Name", "StringEquals": "run"})


def choice(*rules, **more):
    return {"Type": "Choice", "Choices": list(rules), **more}


def test_the_first_rule_that_holds_decides():
    one, two = YES | {"Next": "B"}, YES | {"Next": "C"}
    definition = machine(choice(one, two), B=SUCCEED, C=SUCCEED)

    assert begin(definition, {"v": None}).run.state == "B"


def test_the_default_takes_the_rest():
    definition = machine(choice(NO | {"Next": "B"}, Default="C"), B=SUCCEED, C=SUCCEED)

    assert begin(definition, {"v": None}).run.state == "C"


def test_no_match_without_a_default_is_a_failure():
    state = choice(NO | {"Next": "B"})

    assert failure(state, {"v": None}, B=SUCCEED) == "States.NoChoiceMatched"


def test_a_variable_that_is_not_there_is_a_failure_even_with_a_default():
    state = choice(NO | {"Next": "B"}, Default="B")

    assert failure(state, {}, B=SUCCEED) == "States.Runtime"


def test_only_what_the_paths_let_through_is_judged_and_handed_on():
    state = choice(YES | {"Next": "B"}, InputPath="$.in", OutputPath="$.out")
    run = begin(machine(state, B=SUCCEED), {"in": {"v": None, "out": 1}, "v": 5}).run

    assert run.output == 1
