"""What states do with data: paths, templates, results, the context object, intrinsics."""

from tests.parity.story import Case, chain, machine, sending

ORDER = {"id": 7, "lines": [{"price": 3}, {"price": 4.5}], "to": {"name": "Asha", "tags": []}}
PASS = {"Type": "Pass"}


def passing(name, *states, data=ORDER):
    return Case(f"pass-{name}", chain(*states), data)


def filled(name, **fields):
    """A Pass whose Parameters are these."""
    return passing(name, {"Type": "Pass", "Parameters": fields})


PASSES = (
    passing("bare", PASS, PASS),
    passing("result", {"Type": "Pass", "Result": {"a": [1, None, True]}}),
    passing("null-result", {"Type": "Pass", "Result": None}),
    passing("result-path", {"Type": "Pass", "Result": 5, "ResultPath": "$.to.age"}),
    passing("result-path-new", {"Type": "Pass", "Result": 5, "ResultPath": "$.x.y.z"}),
    passing("result-path-item", {"Type": "Pass", "Result": 5, "ResultPath": "$.lines[1]"}),
    passing("result-path-null", {"Type": "Pass", "Result": 5, "ResultPath": None}),
    passing("result-path-clash", {"Type": "Pass", "Result": 5, "ResultPath": "$.id.deeper"}),
    passing("input-path", {"Type": "Pass", "InputPath": "$.to"}),
    passing("input-path-null", {"Type": "Pass", "InputPath": None}),
    passing("input-path-missing", {"Type": "Pass", "InputPath": "$.nowhere"}),
    passing("input-path-context", {"Type": "Pass", "InputPath": "$$.Execution.Input.to"}),
    passing("output-path", {"Type": "Pass", "OutputPath": "$.to.name"}),
    passing("output-path-null", {"Type": "Pass", "OutputPath": None}),
    passing("output-path-missing", {"Type": "Pass", "OutputPath": "$.nowhere"}),
    passing(
        "every-path",
        {
            "Type": "Pass",
            "InputPath": "$.to",
            "Parameters": {"who.$": "$.name", "kind": "person"},
            "ResultPath": "$.seen",
            "OutputPath": "$['seen']",
        },
    ),
    passing("text-as-input", PASS, data="only text"),
    passing("numbers", PASS, data={"int": 1, "float": 1.5, "big": 12345678901234, "minus": -0.25}),
    passing("letters", PASS, data={"ключ": 'Ünïcödé 漢字 \u2028 \\ "quoted"'}),
)

TEMPLATES = (
    filled("parameters-nested", a={"b": [{"c.$": "$.id"}, "$.id"]}, **{"d.$": "$"}),
    filled("parameters-paths", **{"a.$": "$.to", "b.$": "$['to']['name']"}),
    filled("parameters-item", **{"first.$": "$.lines[0].price"}),
    filled("parameters-last", **{"last.$": "$.lines[-1]"}),
    filled("parameters-slice", **{"some.$": "$.lines[0:1]"}),
    filled("parameters-every", **{"prices.$": "$.lines[*].price"}),
    filled("parameters-deep", **{"prices.$": "$..price"}),
    filled("parameters-missing", **{"x.$": "$.nowhere"}),
    filled(
        "context",
        **{
            "name.$": "$$.Execution.Name",
            "id.$": "$$.Execution.Id",
            "input.$": "$$.Execution.Input.id",
            "began.$": "$$.Execution.StartTime",
            "state.$": "$$.State.Name",
            "entered.$": "$$.State.EnteredTime",
            "machine.$": "$$.StateMachine.Name",
        },
    ),
    filled("context-execution", **{"execution.$": "$$.Execution"}),
    filled("context-retries", **{"retries.$": "$$.State.RetryCount"}),
)

CALLS = {
    "array": "States.Array(1, 'two', $.id, true, null)",
    "contains": "States.ArrayContains($.lines, $.lines[0])",
    "item": "States.ArrayGetItem($.lines, 1)",
    "length": "States.ArrayLength($.lines)",
    "partition": "States.ArrayPartition(States.Array(1, 2, 3), 2)",
    "range": "States.ArrayRange(1, 9, 2)",
    "unique": "States.ArrayUnique(States.Array(1, 2, 1))",
    "encode": "States.Base64Encode('Asha')",
    "encode-letters": "States.Base64Encode('Ünï')",
    "decode": "States.Base64Decode('QXNoYQ==')",
    "format": "States.Format('{} of {}', $.id, $.to.name)",
    "hash": "States.Hash('Asha', 'SHA-256')",
    "merge": "States.JsonMerge($.to, $.lines[0], false)",
    "to-text": "States.JsonToString($.to)",
    "add": "States.MathAdd($.id, -2)",
    "split": "States.StringSplit('a,b;c', ',;')",
    "from-text": "States.StringToJson('{\"a\": [1]}')",
    "nested": "States.Format('{}', States.MathAdd(States.ArrayLength($.lines), 1))",
    "escapes": "States.Format('it\\'s \\{{}\\}', $.id)",
    "no-such-item": "States.ArrayGetItem($.lines, 9)",
    "wrong-kind": "States.ArrayLength($.id)",
}
INTRINSICS = tuple(filled(f"intrinsic-{name}", **{"it.$": call}) for name, call in CALLS.items())

ENDS = (
    Case("succeed", machine({"Type": "Succeed"}), ORDER),
    Case(
        "succeed-paths",
        machine({"Type": "Succeed", "InputPath": "$.to", "OutputPath": "$.name"}),
        ORDER,
    ),
    Case("fail", machine({"Type": "Fail", "Error": "Shop.Closed", "Cause": "At night."}), ORDER),
    Case("fail-bare", machine({"Type": "Fail"}), ORDER),
    Case(
        "fail-paths",
        machine({"Type": "Fail", "ErrorPath": "$.to.name", "CausePath": "$$.State.Name"}),
        ORDER,
    ),
    Case(
        "fail-calls",
        machine({"Type": "Fail", "Error": "E", "CausePath": "States.Format('No {}.', $.id)"}),
        ORDER,
    ),
)

SENDING = (
    Case("send-text", machine(sending("hello", ResultPath="$.receipt", End=True)), ORDER),
    Case(
        "send-object",
        machine(sending({"to.$": "$.to", "n": 1}, InputPath="$", ResultPath=None, End=True)),
        ORDER,
    ),
    Case(
        "send-context",
        machine(sending({"execution.$": "$$.Execution"}, ResultPath=None, End=True)),
        ORDER,
    ),
    Case(
        "send-selected",
        machine(
            sending(
                {"n.$": "$.name"},
                InputPath="$.to",
                ResultSelector={"sent": True, "state.$": "$$.State.Name"},
                ResultPath="$.receipt",
                OutputPath="$.receipt",
                End=True,
            )
        ),
        ORDER,
    ),
    Case("send-fails", machine(sending({"n.$": "$.nowhere"}, End=True)), ORDER),
)

CASES = (*PASSES, *TEMPLATES, *INTRINSICS, *ENDS, *SENDING)
