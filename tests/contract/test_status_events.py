"""The events that EventBridge really puts on a queue, from an emulator that has it."""

import json
import time
import uuid

import pytest

from core import aws
from tests.contract.conftest import APPROVED, INPUT, _engine, ends
from tests.contract.deviations import DEVIATIONS
from workflows import services
from workflows.consumers import take_status_changes
from workflows.models import Execution

KINDS = ["ministack", "moto"]


@pytest.fixture(params=KINDS)
def told(request, db, settings):
    """An emulator whose status changes go to a queue; returns what has arrived there so far."""
    if (request.param, "status changes") in DEVIATIONS:
        pytest.skip(DEVIATIONS[request.param, "status changes"])
    for bench in _engine(request.param, request):
        queue = _rule(bench.sqs, settings.STATE_MACHINE_ARN)
        arrived = []

        def read(bench=bench, queue=queue, arrived=arrived):
            answer = bench.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                arrived.append(json.loads(message["Body"]))
                bench.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return arrived

        yield bench, read


def _rule(sqs, machine):
    name = f"r{uuid.uuid4().hex[:12]}"
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [machine]}}
    events = aws.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern), State="ENABLED")
    target = {"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, Targets=[target])
    return queue


def wait_for(read, count):
    until = time.monotonic() + 10
    while len(read()) < count and time.monotonic() < until:
        time.sleep(0.05)
    return read()


@pytest.mark.slow
def test_they_are_understood(told):
    engine, read = told
    services.start_execution(name="one", input=INPUT)
    services.complete_task(token=engine.token("one"), output=APPROVED)
    arrived = wait_for(read, 2)

    for body in [*arrived, *arrived[::-1]]:
        take_status_changes({"message-1": body})

    assert [body["detail"]["status"] for body in arrived] == ["RUNNING", "SUCCEEDED"]
    assert Execution.objects.get().status == "SUCCEEDED"
    assert ends() == [{"execution": "one", "status": "SUCCEEDED", "error": ""}]
