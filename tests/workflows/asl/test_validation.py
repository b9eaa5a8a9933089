"""Which documents are refused, and where each problem is said to be."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.asl.machines import CATCH_ALL, SUCCEED, asking, found
from workflows.asl.definition import load
from workflows.asl.errors import AslError
from workflows.asl.validation import problems

FILE = Path(__file__).parents[3] / "statemachine" / "approval_workflow.asl.json"
WAIT = {"Type": "Wait", "Seconds": 1, "End": True}
RULE = {"Variable": "$.a", "IsNull": True}


def choice(*rules, **more):
    return {"Type": "Choice", "Choices": list(rules), **more}


def passing(**fields):
    return {"Type": "Pass", "End": True, **fields}


def test_the_approval_workflow_has_no_problem():
    document = json.loads(FILE.read_text(encoding="utf-8"))

    assert list(problems(document)) == []


def test_every_problem_is_told_at_once():
    with pytest.raises(AslError) as caught:
        load({"StartAt": "A", "States": {"A": {"Type": "Map"}, "B": {"Type": "Wait"}}}, name="m")

    assert caught.value.problems == [
        "States.A.Type: Map is not supported.",
        "States.B: must have either Next or End.",
        "States.B: must have exactly one of Seconds, SecondsPath, Timestamp, TimestampPath.",
        "States.B: cannot be reached from StartAt.",
        "States: no state that can be reached ends the execution.",
    ]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "$: must be an object."),
        ({"StartAt": "A"}, "States: must be an object with at least one state."),
        ({"StartAt": "A", "States": {}}, "States: must be an object with at least one state."),
        ({"States": {"A": SUCCEED}}, "StartAt: must name a state."),
        ({"StartAt": "B", "States": {"A": SUCCEED}}, "StartAt: there is no state 'B'."),
        ({"StartAt": "A", "States": {"A": 1}}, "States.A: must be an object."),
        ({"StartAt": "A", "States": {"A": SUCCEED}, "Extra": 1}, "Extra: not supported."),
        (
            {"StartAt": "A", "States": {"A": SUCCEED}, "QueryLanguage": "JSONata"},
            "QueryLanguage: only JSONPath is supported.",
        ),
        (
            {"StartAt": "A", "States": {"A": SUCCEED}, "Version": "2.0"},
            "Version: only 1.0 is supported.",
        ),
        (
            {"StartAt": "A", "States": {"A": SUCCEED}, "TimeoutSeconds": 0},
            "TimeoutSeconds: must be a whole number from 1 to 99999999.",
        ),
    ],
)
def test_the_document_as_a_whole(document, problem):
    assert problem in list(problems(document))


@pytest.mark.parametrize(
    ("first", "problem"),
    [
        ({"Type": "Parallel"}, "States.A.Type: Parallel is not supported."),
        ({"Type": "Map"}, "States.A.Type: Map is not supported."),
        ({"Type": "Nap"}, "States.A.Type: 'Nap' is not supported."),
        ({}, "States.A.Type: None is not supported."),
        ({"Type": []}, "States.A.Type: [] is not supported."),
        (asking(End=True, ResultWriter={}), "States.A.ResultWriter: not supported."),
        (asking(End=True, Credentials={}), "States.A.Credentials: not supported."),
        (passing(QueryLanguage="JSONata"), "States.A.QueryLanguage: not supported."),
        (passing(Assign={}), "States.A.Assign: not supported."),
        (passing(Retry=[]), "States.A.Retry: not supported."),
        (SUCCEED | {"Next": "A"}, "States.A.Next: not supported."),
        ({"Type": "Pass"}, "States.A: must have either Next or End."),
        (passing(Next="A"), "States.A: must have either Next or End."),
        ({"Type": "Pass", "End": False}, "States.A.End: may only be true."),
        (passing() | {"Comment": 1}, "States.A.Comment: must be text."),
    ],
)
def test_what_a_state_may_not_be(first, problem):
    assert problem in found(first)


@pytest.mark.parametrize(
    ("first", "problem"),
    [
        ({"Type": "Pass", "Next": "Z"}, "States.A.Next: there is no state 'Z'."),
        (choice(RULE | {"Next": "Z"}), "States.A.Choices[0].Next: there is no state 'Z'."),
        (
            choice(RULE | {"Next": "B"}, Default="Z"),
            "States.A.Default: there is no state 'Z'.",
        ),
        (
            asking(End=True, Catch=[CATCH_ALL | {"Next": "Z"}]),
            "States.A.Catch[0].Next: there is no state 'Z'.",
        ),
        (passing(), "States.B: cannot be reached from StartAt."),
        ({"Type": "Pass", "Next": 5}, "States.A.Next: must be text."),
    ],
)
def test_where_ways_must_lead(first, problem):
    assert problem in found(first, B=SUCCEED)


def test_a_machine_must_be_able_to_end():
    states = {"Type": "Pass", "Next": "B"}, {"Type": "Pass", "Next": "A"}

    assert found(states[0], B=states[1]) == [
        "States: no state that can be reached ends the execution."
    ]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (1, "Choices[0]: must be an object."),
        (RULE, "Choices[0].Next: is missing."),
        (
            {"Next": "B", "Variable": "$.a"},
            "Choices[0]: must have one supported operator, has none.",
        ),
        (RULE | {"Next": "B", "IsString": True}, "Choices[0]: must have one supported operator"),
        ({"Next": "B", "Condition": "{% true %}"}, "Choices[0]: must have one supported operator"),
        (
            {"Next": "B", "Variable": "$.a", "StringNear": "a"},
            "Choices[0]: must have one supported",
        ),
        ({"Next": "B", "IsNull": True}, "Choices[0].Variable: must be text."),
        (
            {"Next": "B", "Variable": "$.a", "IsNull": 1},
            "Choices[0].IsNull: must be true or false.",
        ),
        (
            {"Next": "B", "Variable": "$.a", "StringEquals": 1},
            "Choices[0].StringEquals: 1 is not of",
        ),
        (
            {"Next": "B", "Variable": "$.a", "NumericEquals": True},
            "Choices[0].NumericEquals: True is",
        ),
        (
            {"Next": "B", "Variable": "$.a", "TimestampEquals": "x"},
            "Choices[0].TimestampEquals: 'x' is",
        ),
        (
            {"Next": "B", "Variable": "$.a", "StringMatches": 1},
            "Choices[0].StringMatches: must be text",
        ),
        (
            {"Next": "B", "Variable": "$.a", "StringEqualsPath": "a"},
            "Choices[0].StringEqualsPath: 'a'",
        ),
        ({"Next": "B", "And": []}, "Choices[0].And: must be a list with at least one item."),
        (
            {"Next": "B", "And": [RULE | {"Next": "B"}]},
            "Choices[0].And[0].Next: belongs to the outer",
        ),
        ({"Next": "B", "Not": []}, "Choices[0].Not: must be an object."),
        (
            {"Next": "B", "Not": {"Or": [{}]}},
            "Choices[0].Not.Or[0]: must have one supported operator",
        ),
    ],
)
def test_a_choice(rule, problem):
    lines = found(choice(rule, Default="B"), B=SUCCEED)

    assert any(line.startswith(f"States.A.{problem}") for line in lines), lines


@pytest.mark.parametrize(
    ("first", "problem"),
    [
        ({"Type": "Choice", "Default": "B"}, "States.A.Choices: is missing."),
        (choice(Default="B"), "States.A.Choices: must be a list with at least one item."),
        (WAIT | {"SecondsPath": "$.a"}, "States.A: must have exactly one of"),
        (WAIT | {"Seconds": -1}, "States.A.Seconds: must be a whole number from 0"),
        (
            {"Type": "Wait", "Timestamp": "2026-11-21 10:00", "End": True},
            "States.A.Timestamp: must be an RFC 3339 time with T and a zone.",
        ),
        ({"Type": "Fail", "Error": 1}, "States.A.Error: must be text."),
        ({"Type": "Fail", "Cause": "c", "CausePath": "$.c"}, "States.A.CausePath: may not stand"),
        ({"Type": "Fail", "ErrorPath": "States.UUID()"}, "States.A.ErrorPath: States.UUID is not"),
        ({"Type": "Fail", "InputPath": "$"}, "States.A.InputPath: not supported."),
    ],
)
def test_other_states(first, problem):
    lines = found(first, B=SUCCEED)

    assert any(line.startswith(problem) for line in lines), lines


def test_a_name_may_have_80_characters():
    document = {"StartAt": "a" * 81, "States": {"a" * 81: SUCCEED}}

    assert list(problems(document)) == [
        f"States.{'a' * 81}: a state's name has 1 to 80 characters."
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELD_NAMES = [
    *("Type", "Next", "End", "Choices", "Default", "Retry", "Catch", "Parameters", "Resource"),
    *("Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "ResultPath", "ErrorPath"),
]
KINDS = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Map"]
state = st.dictionaries(st.sampled_from(FIELD_NAMES), anything, max_size=6)


@given(kind=st.sampled_from(KINDS), fields=state, top=anything)
def test_whatever_is_handed_in_is_judged_without_an_accident(kind, fields, top):
    list(problems(top))
    list(problems({"StartAt": "A", "States": {"A": fields | {"Type": kind}, "B": top}}))
