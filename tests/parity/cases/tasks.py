"""Tasks that wait for a token: answers, refusals, clocks, attempts, catchers, stops, waits."""

from datetime import UTC, datetime, timedelta

from tests.parity.story import (
    Answer,
    Beat,
    Case,
    Halt,
    Refuse,
    Silence,
    asking,
    chain,
    machine,
    sending,
)

PASS = {"Type": "Pass", "End": True}
DATA = {"seconds": 1, "beat": 1, "long": 60, "who": {"name": "Asha"}}
SOON = (datetime.now(UTC) + timedelta(seconds=2)).isoformat(timespec="seconds")[:-6] + "Z"
BUSY = Refuse("Shop.Busy", "Too many people.")


def tried(error="Shop.Busy", **fields):
    """A Retry of an error, as quick as the language allows."""
    return {"ErrorEquals": [error], "IntervalSeconds": 1, "BackoffRate": 1, **fields}


def caught(*errors, to="Caught", **fields):
    return {"ErrorEquals": list(errors), "Next": to, **fields}


def task(name, *moves, data=DATA, after=None, **fields):
    """A case of one Task that waits, with a state to be caught in if it has a Catch."""
    more = {"Caught": PASS} if "Catch" in fields else {}
    return Case(
        f"task-{name}", machine(asking(End=True, **fields), **more, **(after or {})), data, moves
    )


WAITS = (
    Case("wait-seconds", chain({"Type": "Wait", "Seconds": 1}), DATA),
    Case("wait-seconds-none", chain({"Type": "Wait", "Seconds": 0}), DATA),
    Case("wait-seconds-path", chain({"Type": "Wait", "SecondsPath": "$.seconds"}), DATA),
    Case("wait-seconds-missing", chain({"Type": "Wait", "SecondsPath": "$.nowhere"}), DATA),
    Case("wait-past", chain({"Type": "Wait", "Timestamp": "2024-01-01T00:00:00Z"}), DATA),
    Case("wait-until", chain({"Type": "Wait", "TimestampPath": "$.until"}), {"until": SOON}),
    Case(
        "wait-then-go-on",
        chain({"Type": "Wait", "Seconds": 0}, {"Type": "Pass"}),
        DATA,
    ),
    Case(
        "wait-paths",
        chain({"Type": "Wait", "Seconds": 1, "InputPath": "$.who", "OutputPath": "$.name"}),
        DATA,
    ),
)

ANSWERS = (
    task("answered", Answer({"ok": True})),
    task("answered-with-text", Answer("yes")),
    task("answered-with-nothing", Answer(None)),
    task("result-path", Answer({"ok": True}), ResultPath="$.answer"),
    task("result-path-null", Answer({"ok": True}), ResultPath=None),
    task(
        "every-path",
        Answer({"ok": True, "more": [1, 2]}),
        InputPath="$.who",
        ResultSelector={"fine.$": "$.ok", "count.$": "States.ArrayLength($.more)", "by": "Asha"},
        ResultPath="$.answer",
        OutputPath="$.answer",
    ),
    task("selector-misses", Answer({}), ResultSelector={"x.$": "$.nowhere"}),
    Case(
        "task-two-in-a-row",
        chain(asking({"n": 1}, ResultPath="$.a"), asking({"n": 2}, ResultPath="$.b")),
        DATA,
        (Answer(1), Answer(2)),
    ),
    Case(
        "task-body-of-context",
        machine(
            asking(
                {
                    "state.$": "$$.State.Name",
                    "entered_at.$": "$$.State.EnteredTime",
                    "execution.$": "$$.Execution.Name",
                    "retry_count.$": "$$.State.RetryCount",
                    "who.$": "$.who",
                },
                End=True,
            )
        ),
        DATA,
        (Answer({}),),
    ),
)

REFUSALS = (
    task("refused", BUSY),
    task("refused-without-words", Refuse("Shop.Busy")),
    task("caught-by-name", BUSY, Catch=[caught("Other"), caught("Shop.Busy")]),
    task("caught-by-all", BUSY, Catch=[caught("States.ALL")]),
    task("caught-by-task-failed", BUSY, Catch=[caught("States.TaskFailed")]),
    task("caught-one-of-several", BUSY, Catch=[caught("Other", "Shop.Busy")]),
    task("caught-in-place", BUSY, Catch=[caught("States.ALL", ResultPath="$.problem")]),
    task("caught-thrown-away", BUSY, Catch=[caught("States.ALL", ResultPath=None)]),
    task(
        "caught-by-the-first",
        BUSY,
        Catch=[caught("Shop.Busy"), caught("States.ALL", to="Never")],
        after={"Never": PASS},
    ),
    task("not-caught", BUSY, Catch=[caught("Other"), caught("States.Timeout")]),
    task(
        "bad-selector-caught-by-all",
        Answer({}),
        ResultSelector={"x.$": "$.nowhere"},
        Catch=[caught("States.ALL")],
    ),
    task(
        "bad-call-caught",
        Answer({}),
        ResultSelector={"x.$": "States.ArrayGetItem(States.Array(1), 5)"},
        Catch=[caught("States.IntrinsicFailure")],
    ),
    task(
        "bad-result-path-caught",
        Answer(1),
        ResultPath="$.seconds.deeper",
        Catch=[caught("States.ResultPathMatchFailure")],
    ),
    Case(
        "task-sending-cannot-be-filled",
        machine(sending({"x.$": "$.nowhere"}, End=True, Catch=[caught("States.ALL")]), Caught=PASS),
        DATA,
    ),
)

CLOCKS = (
    task("timed-out", Silence(), TimeoutSeconds=1),
    task("timed-out-by-path", Silence(), TimeoutSecondsPath="$.seconds"),
    task("timeout-path-missing", TimeoutSecondsPath="$.nowhere"),
    task("timeout-caught", Silence(), TimeoutSeconds=1, Catch=[caught("States.Timeout")]),
    task("timeout-caught-by-all", Silence(), TimeoutSeconds=1, Catch=[caught("States.ALL")]),
    task(
        "timeout-no-task-failed", Silence(), TimeoutSeconds=1, Catch=[caught("States.TaskFailed")]
    ),
    task("heartbeat-missed", Silence(), TimeoutSeconds=60, HeartbeatSeconds=1),
    task(
        "heartbeat-by-path", Silence(), TimeoutSecondsPath="$.long", HeartbeatSecondsPath="$.beat"
    ),
    task(
        "heartbeat-caught-by-name",
        Silence(),
        TimeoutSeconds=60,
        HeartbeatSeconds=1,
        Catch=[caught("States.HeartbeatTimeout")],
    ),
    task(
        "heartbeat-caught-as-timeout",
        Silence(),
        TimeoutSeconds=60,
        HeartbeatSeconds=1,
        Catch=[caught("States.Timeout")],
    ),
    task("heartbeat-kept", Beat(3, 1), Answer({}), TimeoutSeconds=60, HeartbeatSeconds=2),
    task("heartbeat-kept-but-late", Beat(1, 2), Silence(), TimeoutSeconds=4, HeartbeatSeconds=3),
)

ATTEMPTS = (
    task("second-attempt", BUSY, Answer({}), Retry=[tried()]),
    task("attempts-exhausted", BUSY, BUSY, BUSY, Retry=[tried(MaxAttempts=2)]),
    task(
        "exhausted-then-caught",
        BUSY,
        BUSY,
        Retry=[tried(MaxAttempts=1)],
        Catch=[caught("Shop.Busy")],
    ),
    task("no-attempts", BUSY, Retry=[tried(MaxAttempts=0)]),
    task("retry-by-all", BUSY, Answer({}), Retry=[tried("States.ALL")]),
    task("retry-by-task-failed", BUSY, Answer({}), Retry=[tried("States.TaskFailed")]),
    task("retry-of-another-error", BUSY, Retry=[tried("Other")]),
    task(
        "retry-the-first-that-fits",
        BUSY,
        Retry=[tried("Other"), tried(MaxAttempts=0), tried("States.ALL")],
    ),
    task(
        "retriers-count-apart",
        BUSY,
        Refuse("Other"),
        BUSY,
        Retry=[tried(MaxAttempts=1), tried("Other", MaxAttempts=1)],
    ),
    task(
        "timeout-tried-again",
        Silence(),
        Answer({}),
        TimeoutSeconds=3,
        Retry=[tried("States.Timeout")],
    ),
    task(
        "back-off",
        BUSY,
        BUSY,
        Answer({}),
        Retry=[{"ErrorEquals": ["States.ALL"], "BackoffRate": 1.5, "MaxDelaySeconds": 2}],
    ),
)

STOPS = (
    task("stopped", Halt("Shop.Stopped", "By Ben.")),
    task("stopped-not-caught", Halt("Shop.Stopped", "By Ben."), Catch=[caught("States.ALL")]),
    Case(
        "execution-timed-out",
        {"TimeoutSeconds": 1, **machine(asking(End=True))},
        DATA,
        (Silence(),),
    ),
)

LOOP = {
    "StartAt": "Ask",
    "States": {
        "Ask": asking({"round.$": "$.round"}, ResultPath="$.answer", Next="Decide"),
        "Decide": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.answer", "StringEquals": "again", "Next": "Again"}],
            "Default": "Done",
        },
        "Again": {
            "Type": "Pass",
            "Parameters": {"round.$": "States.MathAdd($.round, 1)"},
            "Next": "Ask",
        },
        "Done": {"Type": "Succeed"},
    },
}
LOOPS = (
    Case("loop-once", LOOP, {"round": 1}, (Answer("enough"),)),
    Case("loop-thrice", LOOP, {"round": 1}, (Answer("again"), Answer("again"), Answer("enough"))),
)

CASES = (*WAITS, *ANSWERS, *REFUSALS, *CLOCKS, *ATTEMPTS, *STOPS, *LOOPS)
