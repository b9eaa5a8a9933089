"""The stand-in for EventBridge beside moto."""

import json
from uuid import uuid4

import pytest

from config.emulated_events import tell_of_ends
from config.emulator import ACCOUNT
from core import aws
from workflows.consumers import check_status_change

DONE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}

pytestmark = pytest.mark.parametrize("emulator", ["moto"], indirect=True)


@pytest.fixture
def machine(on_aws):
    return aws.client("stepfunctions").create_state_machine(
        name=f"done-{uuid4().hex}",
        definition=json.dumps(DONE),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/done",
    )["stateMachineArn"]


@pytest.fixture
def queue(on_aws):
    return aws.client("sqs").create_queue(QueueName=f"told-{uuid4().hex}")["QueueUrl"]


def run(machine, name):
    steps = aws.client("stepfunctions")
    arn = steps.start_execution(stateMachineArn=machine, name=name)["executionArn"]
    while steps.describe_execution(executionArn=arn)["status"] == "RUNNING":
        pass


def received(queue):
    found = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_the_product_understands_what_it_is_told(machine, queue, settings):
    settings.STATE_MACHINE_ARN = machine
    run(machine, "one")

    tell_of_ends(machine, queue, set())

    (event,) = received(queue)
    hint = check_status_change(event)
    assert (hint.name, hint.status, hint.redrive_count) == ("one", "SUCCEEDED", 0)


def test_an_end_is_told_once(machine, queue):
    told = set()
    run(machine, "one")
    tell_of_ends(machine, queue, told)
    run(machine, "two")

    tell_of_ends(machine, queue, told)

    assert [event["detail"]["name"] for event in received(queue)] == ["one", "two"]
