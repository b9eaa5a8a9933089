"""Every operator of Choice, each asked of what makes it true, false, and of another type."""

from tests.parity.story import Case, machine

DATA = {
    "text": "beta",
    "same": "beta",
    "first": "alpha",
    "star": "log-*.txt",
    "zero": 0,
    "low": 1,
    "high": 2.5,
    "yes": True,
    "no": False,
    "nothing": None,
    "before": "2023-12-31T23:59:59Z",
    "early": "2024-01-01T00:00:00Z",
    "late": "2024-01-01T02:00:00Z",
    "zoned": "2024-01-01T02:00:00.5+01:00",
    "list": [1],
}


def asked(name, *rules, data=DATA):
    """A case whose output says which of the rules hold."""
    states = {}
    for number, rule in enumerate(rules):
        after = f"Q{number + 1}" if number + 1 < len(rules) else "Done"
        states[f"Q{number}"] = {
            "Type": "Choice",
            "Choices": [{**rule, "Next": f"Yes{number}"}],
            "Default": after,
        }
        states[f"Yes{number}"] = {
            "Type": "Pass",
            "Result": True,
            "ResultPath": f"$.holds.q{number}",
            "Next": after,
        }
    states["Done"] = {"Type": "Succeed"}
    return Case(f"choice-{name}", {"StartAt": "Q0", "States": states}, data)


def each(operator, variable, values):
    """The operator asked of one variable about several values."""
    return [{"Variable": variable, operator: value} for value in values]


ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
TEXTS = ("alpha", "beta", "gamma")
NUMBERS = (0, 1, 1.0, 2)
TIMES = ("2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z")
TYPES = ("IsNull", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp")
KINDS = ("$.text", "$.low", "$.yes", "$.nothing", "$.early", "$.list")

COMPARING = tuple(
    asked(f"{kind}{order}".lower(), *each(f"{kind}{order}", variable, values))
    for kind, variable, values in (
        ("String", "$.text", TEXTS),
        ("Numeric", "$.low", NUMBERS),
        ("Timestamp", "$.early", TIMES),
    )
    for order in ORDERS
)
COMPARING_PATHS = tuple(
    asked(f"{kind}{order}path".lower(), *each(f"{kind}{order}Path", variable, paths))
    for kind, variable, paths in (
        ("String", "$.text", ("$.same", "$.star", "$.first")),
        ("Numeric", "$.low", ("$.low", "$.high", "$.zero")),
        ("Timestamp", "$.early", ("$.early", "$.late", "$.before")),
    )
    for order in ORDERS
)
OTHERS = (
    asked(
        "booleanequals",
        {"Variable": "$.yes", "BooleanEquals": True},
        {"Variable": "$.yes", "BooleanEquals": False},
    ),
    asked(
        "booleanequalspath",
        {"Variable": "$.yes", "BooleanEqualsPath": "$.yes"},
        {"Variable": "$.yes", "BooleanEqualsPath": "$.no"},
    ),
    asked(
        "stringmatches",
        *each("StringMatches", "$.star", ("log-*.txt", "*.txt", "log", "LOG-*")),
    ),
    asked(
        "stringmatches-asterisk",
        *each("StringMatches", "$.star", ("log-\\*.txt", "\\*")),
    ),
    asked(
        "times-with-zones",
        *each("TimestampEquals", "$.early", ("2024-01-01T01:00:00+01:00",)),
        *each("TimestampLessThan", "$.early", ("2024-01-01T01:00:00.5+01:00",)),
        *each("TimestampGreaterThanPath", "$.zoned", ("$.early",)),
    ),
    *(asked(test.lower(), *(each(test, kind, [True])[0] for kind in KINDS)) for test in TYPES),
    *(
        asked(f"{test}-not".lower(), *(each(test, kind, [False])[0] for kind in KINDS))
        for test in TYPES
    ),
    asked(
        "ispresent",
        {"Variable": "$.text", "IsPresent": True},
        {"Variable": "$.nowhere", "IsPresent": True},
        {"Variable": "$.text", "IsPresent": False},
        {"Variable": "$.nowhere", "IsPresent": False},
        {"Variable": "$.nothing", "IsPresent": True},
    ),
    asked(
        "joined",
        {"And": [*each("IsString", "$.text", [True]), *each("NumericEquals", "$.low", [1])]},
        {"And": [*each("IsString", "$.text", [True]), *each("NumericEquals", "$.low", [9])]},
        {"Or": [*each("IsNull", "$.text", [True]), *each("NumericEquals", "$.low", [1])]},
        {"Or": [*each("IsNull", "$.text", [True]), *each("NumericEquals", "$.low", [9])]},
        {"Not": {"Variable": "$.text", "StringEquals": "alpha"}},
        {"Not": {"Or": each("StringEquals", "$.text", TEXTS)}},
    ),
    asked(
        "guarded",
        {
            "And": [
                {"Variable": "$.nowhere", "IsPresent": True},
                {"Variable": "$.nowhere", "NumericEquals": 1},
            ]
        },
    ),
    asked(
        "of-context",
        {"Variable": "$$.State.Name", "StringEquals": "Q0"},
        {"Variable": "$$.Execution.Input.low", "NumericEquals": 1},
    ),
    asked("text-as-number", {"Variable": "$.text", "NumericEquals": 1}),
    asked("number-as-text", {"Variable": "$.low", "StringEquals": "1"}),
    asked("number-as-boolean", {"Variable": "$.low", "BooleanEquals": True}),
    asked("text-as-time", {"Variable": "$.text", "TimestampEquals": TIMES[0]}),
    asked("boolean-as-number", {"Variable": "$.yes", "NumericEquals": 1}),
    asked("null-as-text", {"Variable": "$.nothing", "StringLessThan": "a"}),
    asked("text-under-number", {"Variable": "$.text", "NumericLessThan": 1}),
    asked("list-as-text", {"Variable": "$.list", "StringMatches": "*"}),
)
FIRST = {"Variable": "$.low", "NumericEquals": 1, "Next": "First"}
PASS = {"Type": "Pass", "End": True}
WAYS = (
    Case(
        "choice-first-that-holds",
        machine(
            {"Type": "Choice", "Choices": [FIRST, {**FIRST, "Next": "Second"}]},
            First=PASS,
            Second=PASS,
        ),
        DATA,
    ),
    Case(
        "choice-paths",
        machine(
            {"Type": "Choice", "InputPath": "$.of", "OutputPath": "$.low", "Choices": [FIRST]},
            First=PASS,
        ),
        {"of": DATA},
    ),
    Case(
        "choice-no-match",
        machine({"Type": "Choice", "Choices": [{**FIRST, "NumericEquals": 9}]}, First=PASS),
        DATA,
    ),
    Case(
        "choice-variable-missing",
        machine({"Type": "Choice", "Choices": [{**FIRST, "Variable": "$.nowhere"}]}, First=PASS),
        DATA,
    ),
)

CASES = (*COMPARING, *COMPARING_PATHS, *OTHERS, *WAYS)
