import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.asl import intrinsics
from workflows.asl.errors import StateFailure
from workflows.asl.paths import PathError
from workflows.asl.templates import View

DATA = {"name": "Asha", "n": 2, "list": [1, 2, 3], "text": '{"a": 1}', "object": {"a": [1, None]}}


def evaluate(text):
    return View(DATA, {"Execution": {"Name": "run"}}).expression(text)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("States.Format('Hello {}', $.name)", "Hello Asha"),
        ("States.Format('{}{}', $.n, true)", "2true"),
        ("States.Format('no place')", "no place"),
        (r"States.Format('\{\} {}', 1)", "{} 1"),
        (r"States.Format('it\'s {}', $.name)", "it's Asha"),
        ("States.Format('{}', $.object)", '{"a":[1,null]}'),
        ("States.Format('{}', $$.Execution.Name)", "run"),
        ("States.Array()", []),
        ("States.Array(1, -2.5, 'a', null, $.n)", [1, -2.5, "a", None, 2]),
        ("States.ArrayGetItem($.list, 0)", 1),
        ("States.ArrayGetItem($.list, $.n)", 3),
        ("States.ArrayLength($.list)", 3),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, '2')", False),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3]]),
        ("States.ArrayRange(1, 9, 4)", [1, 5, 9]),
        ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("States.ArrayUnique(States.Array(1, 2, 1, true))", [1, 2, True]),
        ("States.MathAdd($.n, 1)", 3),
        ("States.MathAdd($.n, -5)", -3),
        ("States.MathAdd(States.MathAdd(1, 2), 3)", 6),
        ("States.JsonToString($.object)", '{"a":[1,null]}'),
        ("States.StringToJson($.text)", {"a": 1}),
        (
            "States.JsonMerge($.object, States.StringToJson('{\"b\":2}'), false)",
            {"a": [1, None], "b": 2},
        ),
        ("States.StringSplit('a.b+c', '.+')", ["a", "b", "c"]),
        ("States.Base64Encode('Asha')", "QXNoYQ=="),
        ("States.Base64Decode('QXNoYQ==')", "Asha"),
        (
            "States.Hash('a', 'SHA-256')",
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        ),
        ("States.Array($.list[*])", [[1, 2, 3]]),
        ("States.Array($['name'], 1)", ["Asha", 1]),
    ],
)
def test_a_function_has_its_value(call, value):
    result = evaluate(call)

    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "call",
    [
        "States.Format('{} {}', 1)",
        "States.Format('{}', 1, 2)",
        "States.Format(1)",
        "States.ArrayGetItem($.list, 3)",
        "States.ArrayGetItem($.list, -1)",
        "States.ArrayGetItem($.name, 0)",
        "States.ArrayGetItem($.list, true)",
        "States.ArrayLength($.name)",
        "States.ArrayLength()",
        "States.ArrayPartition($.list, 0)",
        "States.ArrayRange(1, 10, 0)",
        "States.ArrayRange(1, 5000, 1)",
        "States.MathAdd('1', 2)",
        "States.MathAdd(true, 2)",
        "States.StringToJson($.name)",
        "States.StringToJson($.n)",
        "States.JsonMerge($.object, $.object, true)",
        "States.Base64Decode('*')",
        "States.Hash('a', 'CRC')",
    ],
)
def test_arguments_that_do_not_fit_are_an_intrinsic_failure(call):
    with pytest.raises(StateFailure) as caught:
        evaluate(call)

    assert caught.value.error == "States.IntrinsicFailure"


def test_a_path_that_leads_nowhere_is_a_runtime_failure():
    with pytest.raises(StateFailure) as caught:
        evaluate("States.Format('{}', $.nothing)")

    assert caught.value.error == "States.Runtime"


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("States.UUID()", "States.UUID is not supported"),
        ("States.MathRandom(1, 9)", "States.MathRandom is not supported"),
        ("States.Nothing()", "States.Nothing is not supported"),
        ("Format('a')", "is not an intrinsic function"),
        ("States.Format('a'", "lacks a comma"),
        ("States.Format('a' 'b')", "lacks a comma"),
        ("States.Format('a') x", "goes on"),
        ("States.Format(,)", "is not an intrinsic function"),
        ("States.Format($.a[?(@.b)])", "is not a supported path"),
        ("States.Array(" * 11 + ")" * 11, "10 deep"),
    ],
)
def test_what_is_no_call_is_refused(call, reason):
    with pytest.raises(PathError, match=reason.replace("(", r"\(")):
        intrinsics.parse_call(call)


@given(text=st.text(max_size=40))
def test_any_text_is_a_call_or_is_refused(text):
    with contextlib.suppress(PathError):
        intrinsics.parse_call("States.Format(" + text)


@given(a=st.integers(), b=st.integers())
def test_adding_is_adding(a, b):
    view = View({"a": a, "b": b}, {})

    assert view.expression("States.MathAdd($.a, $.b)") == a + b
