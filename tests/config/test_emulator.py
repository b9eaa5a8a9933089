"""Emulators start on loopback, do what the product needs of them, and stop."""

import json

import pytest

from config import emulator
from core import aws

ASKING = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
        }
    },
}


def test_a_state_machine_sends_a_token_that_completes_it(on_aws):
    sqs, steps = aws.client("sqs"), aws.client("stepfunctions")
    queue = sqs.create_queue(QueueName="asked")["QueueUrl"]
    ASKING["States"]["Ask"]["Parameters"]["QueueUrl"] = queue
    machine = steps.create_state_machine(
        name="asking",
        definition=json.dumps(ASKING),
        roleArn=f"arn:aws:iam::{emulator.ACCOUNT}:role/asking",
    )["stateMachineArn"]
    started = steps.start_execution(stateMachineArn=machine, name="one", input="{}")
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    steps.send_task_success(taskToken=json.loads(message["Body"])["token"], output='{"yes": true}')
    arn = started["executionArn"]
    while (found := steps.describe_execution(executionArn=arn))["status"] == "RUNNING":
        pass
    assert json.loads(found["output"]) == {"yes": True}


def test_a_port_that_another_program_has_is_refused(tmp_path, moto):
    with pytest.raises(emulator.CannotEmulate, match=f"Port {moto.port} cannot be had"):
        emulator.start("moto", port=moto.port, log=tmp_path / "log")


def test_a_client_is_made_once(on_aws):
    assert aws.client("sqs") is aws.client("sqs")
