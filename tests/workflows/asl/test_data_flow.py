"""How data goes through a state, from InputPath to OutputPath."""

import pytest

from tests.workflows.asl.machines import (
    NOON,
    SUCCEED,
    asking,
    begin,
    failure,
    given,
    machine,
    output,
    sending,
    types,
)
from workflows.asl.run import Succeeded
from workflows.asl.step import step

DATA = {"a": {"b": 1}, "list": [1, 2]}


def passing(**fields):
    return {"Type": "Pass", "End": True, **fields}


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({}, DATA),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"InputPath": "$$.Execution.Name"}, "run"),
        ({"Parameters": {"x.$": "$.a.b", "y": "z"}}, {"x": 1, "y": "z"}),
        ({"Parameters": {"x": [{"y.$": "$.list"}]}}, {"x": [{"y": [1, 2]}]}),
        ({"Parameters": {"x.$": "$.list[*]"}}, {"x": [1, 2]}),
        ({"Parameters": {"x.$": "States.MathAdd($.a.b, 1)"}}, {"x": 2}),
        ({"Parameters": {"x": "$.a"}}, {"x": "$.a"}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        ({"Result": {"r": 1}}, {"r": 1}),
        ({"Result": [1, "$.a"], "Parameters": {"x": 1}}, [1, "$.a"]),
        ({"Result": 5, "ResultPath": "$.r"}, DATA | {"r": 5}),
        ({"Result": 5, "ResultPath": "$.a.b"}, {"a": {"b": 5}, "list": [1, 2]}),
        ({"Result": 5, "ResultPath": "$.list[0]"}, {"a": {"b": 1}, "list": [5, 2]}),
        ({"Result": 5, "ResultPath": None}, DATA),
        ({"InputPath": "$.a", "ResultPath": "$.copy"}, DATA | {"copy": {"b": 1}}),
        ({"OutputPath": "$.a.b"}, 1),
        ({"OutputPath": None}, {}),
        ({"Result": 5, "ResultPath": "$.r", "OutputPath": "$.r"}, 5),
        ({"OutputPath": "$$.StateMachine.Name"}, "machine"),
    ],
)
def test_a_pass_state(fields, result):
    assert output(passing(**fields), DATA) == result


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"InputPath": "$.x"}, "States.Runtime"),
        ({"OutputPath": "$.x"}, "States.Runtime"),
        ({"Parameters": {"x.$": "$.x"}}, "States.Runtime"),
        ({"Parameters": {"x.$": "$$.Task.Token"}}, "States.Runtime"),
        ({"Parameters": {"x.$": "States.MathAdd($.list, 1)"}}, "States.IntrinsicFailure"),
        ({"ResultPath": "$.a.b.c"}, "States.ResultPathMatchFailure"),
        ({"ResultPath": "$.list[7]"}, "States.ResultPathMatchFailure"),
        ({"Result": "x" * 262_143}, "States.DataLimitExceeded"),
    ],
)
def test_what_cannot_be_done_fails_by_name(fields, error):
    assert failure(passing(**fields), DATA) == error


def test_a_failure_says_in_which_state():
    run = begin(machine({"Type": "Pass", "Next": "B"}, B=passing(InputPath="$.x"))).run

    assert run.cause == (
        "An error occurred while executing the state 'B' (entered at the event id #4). "
        "The JSONPath '$.x' could not be found in the data."
    )


def test_as_much_as_allowed_goes_through():
    assert len(output(passing(Result="ä" * 131_071))) == 131_071


def test_succeed_narrows_what_it_is_given():
    assert output(SUCCEED | {"InputPath": "$.a", "OutputPath": "$.b"}, DATA) == 1


def test_the_context_object():
    state = passing(Parameters={"all.$": "$$"})

    assert output(state, DATA)["all"] == {
        "Execution": {
            "Id": "arn:aws:states:local:000000000000:execution:machine:run",
            "Input": DATA,
            "Name": "run",
            "RoleArn": "arn:aws:iam::000000000000:role/machine",
            "StartTime": "2026-11-21T12:00:00.123Z",
        },
        "State": {"EnteredTime": "2026-11-21T12:00:00.123Z", "Name": "A", "RetryCount": 0},
        "StateMachine": {
            "Id": "arn:aws:states:local:000000000000:stateMachine:machine",
            "Name": "machine",
        },
    }


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({}, {"answer": 1}),
        ({"ResultSelector": {"x.$": "$.answer"}}, {"x": 1}),
        ({"ResultSelector": {"x.$": "$$.State.Name"}}, {"x": "A"}),
        ({"ResultPath": "$.r"}, DATA | {"r": {"answer": 1}}),
        ({"ResultPath": None}, DATA),
        ({"ResultPath": "$.r", "OutputPath": "$.r.answer"}, 1),
    ],
)
def test_the_answer_to_a_task(fields, result):
    definition = machine(asking(End=True, **fields))
    waiting = begin(definition, DATA).run

    assert step(definition, waiting, Succeeded({"answer": 1}), given()).run.output == result


def test_a_task_sends_what_its_parameters_say():
    outcome = begin(machine(asking(InputPath="$.a", End=True)), DATA)

    (message,) = outcome.messages
    assert (message.queue, message.body) == ("queue", {"token": "a-token"})


def test_a_message_may_be_taken_from_the_data():
    state = sending(End=True) | {"Parameters": {"QueueUrl.$": "$.q", "MessageBody.$": "$.b"}}

    (message,) = begin(machine(state), {"q": "https://sqs/1/named", "b": {"x": [1]}}).messages

    assert (message.queue, message.body) == ("named", {"x": [1]})


def test_the_history_shows_the_parameters_without_the_token():
    (scheduled,) = [
        event
        for event in begin(machine(asking(End=True, TimeoutSeconds=9, HeartbeatSeconds=5))).events
        if event.type == "TaskScheduled"
    ]

    assert scheduled.details == {
        "resourceType": "sqs",
        "resource": "sendMessage.waitForTaskToken",
        "region": "local",
        "parameters": '{"QueueUrl":"https://sqs.example/1/queue",'
        '"MessageBody":{"token":"[hidden]"}}',
        "timeoutInSeconds": 9,
        "heartbeatInSeconds": 5,
    }


def test_a_token_inside_other_text_is_hidden_too():
    body = {"link.$": "States.Format('https://example/{}', $$.Task.Token)"}
    state = asking(End=True, Parameters={"QueueUrl": "q", "MessageBody": body})

    outcome = begin(machine(state))

    assert outcome.messages[0].body == {"link": "https://example/a-token"}
    assert "a-token" not in repr(outcome.events)


def test_a_state_that_only_sends_goes_on_at_once():
    outcome = begin(machine(sending({"x": 1}, End=True)))

    assert types(outcome) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert outcome.run.output == {"MessageId": str(outcome.messages[0].id)}
    assert outcome.token_given is False


def test_messages_of_one_step_have_ids_of_their_own():
    outcome = begin(machine(sending(Next="B"), B=sending(End=True)))

    assert len({message.id for message in outcome.messages}) == 2


def test_timeouts_may_come_from_the_data():
    state = asking(End=True, TimeoutSecondsPath="$.t", HeartbeatSecondsPath="$.h")

    run = begin(machine(state), {"t": 60, "h": 20}).run

    assert (run.wait.until - NOON).total_seconds() == 60
    assert (run.wait.heartbeat_until - NOON).total_seconds() == 20


@pytest.mark.parametrize("seconds", [0, -1, 1.5, "60", True, None, 100_000_000])
def test_a_timeout_that_is_none_is_a_runtime_failure(seconds):
    state = asking(End=True, TimeoutSecondsPath="$.t")

    assert failure(state, {"t": seconds}) == "States.Runtime"
