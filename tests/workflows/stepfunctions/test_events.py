"""Events of GetExecutionHistory as rows: their words kept, the tokens not."""

import json
from datetime import UTC, datetime

import pytest

from workflows import definitions
from workflows.stepfunctions import events

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "AQC" + "x" * 2045
WAITS = "sendMessage.waitForTaskToken"


@pytest.fixture
def machine():
    return definitions.source("approval_workflow").machine


def found(number=5, kind="TaskScheduled", key="taskScheduledEventDetails", **details):
    return {
        "id": number,
        "previousEventId": number - 1,
        "type": kind,
        "timestamp": NOON,
        key: details,
    }


def scheduled(parameters, resource=WAITS):
    text = parameters if isinstance(parameters, str) else json.dumps(parameters)
    return found(resourceType="sqs", resource=resource, parameters=text)


def sent(**body):
    return {"QueueUrl": "https://sqs/1/imprimatur-approval-assignments", "MessageBody": body}


def test_a_word_stands_for_the_token(machine):
    (event,) = events.readable([scheduled(sent(stage=0, task_token=TOKEN))], machine)

    parameters = json.loads(event.details["parameters"])
    assert parameters == sent(stage=0, task_token="[hidden]")
    assert (event.number, event.previous, event.type) == (5, 4, "TaskScheduled")


def test_the_token_is_found_in_other_places_too(machine):
    told = [
        scheduled(sent(task_token=TOKEN, note=[f"use {TOKEN}"])),
        found(6, "TaskSubmitted", "taskSubmittedEventDetails", output=f'{{"echo":"{TOKEN}"}}'),
    ]

    assert TOKEN not in str(events.readable(told, machine))


@pytest.mark.parametrize(
    "parameters",
    [sent(), sent(token=TOKEN), {"MessageBody": TOKEN}, sent(task_token={"is": TOKEN}), [TOKEN]],
    ids=["none", "elsewhere", "the body", "deeper", "a list"],
)
def test_where_the_token_is_not_where_it_should_be_nothing_is_kept(machine, parameters):
    (event,) = events.readable([scheduled(parameters)], machine)

    assert event.details["parameters"] == '"[hidden]"'


def test_parameters_without_a_token_stay_as_they_are(machine):
    parameters = sent(type="status", status="APPROVED")

    (event,) = events.readable([scheduled(parameters, "sendMessage")], machine)

    assert json.loads(event.details["parameters"]) == parameters


def test_whether_data_was_cut_short_is_not_kept(machine):
    told = found(
        1, "ExecutionStarted", "executionStartedEventDetails", input="{}", inputDetails={"t": 0}
    )

    (event,) = events.readable([told], machine)

    assert event.details == {"input": "{}"}


def test_an_event_without_a_predecessor_follows_the_one_before(machine):
    told = found(3, "PassStateExited", "stateExitedEventDetails", name="PrepareStage")
    del told["previousEventId"]

    (event,) = events.readable([told], machine)

    assert event.previous == 2


@pytest.mark.parametrize("after", [["TaskStarted"], ["TaskStarted", "TaskSubmitted"], []])
def test_the_open_token_is_that_of_the_task_scheduled_last(machine, after):
    told = [scheduled(sent(stage=0, task_token=TOKEN)), *(found(kind=kind) for kind in after)]

    open_now = events.open_token(told[::-1], machine)

    assert open_now.token == TOKEN
    assert open_now.queue == "approval-assignments"
    assert open_now.body == {"stage": 0, "task_token": TOKEN}


def test_a_body_that_is_text_is_read(machine):
    parameters = sent() | {"MessageBody": json.dumps({"task_token": TOKEN})}

    assert events.open_token([scheduled(parameters)], machine).token == TOKEN


@pytest.mark.parametrize("last", ["TaskSucceeded", "TaskTimedOut", "ExecutionAborted"])
def test_a_task_that_is_over_has_no_open_token(machine, last):
    told = [scheduled(sent(task_token=TOKEN)), found(6, last)]

    assert events.open_token(told[::-1], machine) is None


def test_a_task_that_gives_none_out_has_no_open_token(machine):
    assert events.open_token([scheduled(sent(), "sendMessage")], machine) is None


def test_a_nul_character_cannot_keep_the_history_out(machine):
    told = [found(6, "TaskFailed", "taskFailedEventDetails", error="E", cause="a\0b")]

    assert events.readable(told, machine)[0].details["cause"] == "a\ufffdb"
