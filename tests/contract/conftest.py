"""
One port, four engines behind it: ours, two emulators of AWS, and a stub that keeps AWS's word.

A test takes `engine` and meets each of them; the ones named in `deviations` differ from AWS there.
"""

import json
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings as configured

from config import emulator as emulators
from core import aws
from outbox.models import Event
from tests.contract.deviations import DEVIATIONS
from tests.contract.stub import MACHINE, StepFunctions, serve
from workflows import definitions
from workflows.models import Message

INPUT = {
    "request_id": "r-1",
    "stage": 0,
    "last_stage": 0,
    "round": 0,
    "timeouts": [3600],
    "revision_timeout": 7200,
}
APPROVED = {"verdict": "APPROVED"}
QUEUES = ("approval-assignments", "approval-status")


class Local:
    """The engine on PostgreSQL."""

    kind = "local"

    def messages(self):
        """What states have sent to the assignments queue."""
        sent = Message.objects.filter(queue="approval-assignments").order_by("sent_at")
        return [message.body for message in sent]

    def token(self, name, count=1):
        """The task token in the execution's newest assignment, once it has sent so many."""
        return self.message(name, count)["task_token"]

    def message(self, name, count=1):
        """The newest assignment of an execution, once it has sent so many."""
        until = time.monotonic() + 15
        while True:
            found = [body for body in self.messages() if body["execution"]["Name"] == name]
            if len(found) >= count:
                return found[-1]
            assert time.monotonic() < until, f"{name} has sent {len(found)} messages only."
            time.sleep(0.02)

    def differs(self, topic):
        """Whether this engine is known to differ from AWS in this, for the reason in the table."""
        return (self.kind, topic) in DEVIATIONS

    def leave_out(self, topic):
        """End the test here if this engine cannot do it at all, for the reason in the table."""
        if self.differs(topic):
            pytest.skip(DEVIATIONS[self.kind, topic])


class Stub(Local):
    """A server that answers as AWS documents. `aws` is its inside, to make it fail."""

    kind = "stub"

    def __init__(self, service):
        self.aws = service

    def messages(self):
        return [body for queue, body in self.aws.messages if queue.endswith(QUEUES[0])]


class Emulated(Local):
    """An emulator, with queues and a state machine that no other test uses."""

    def __init__(self, emulator):
        self.kind = emulator.kind
        self.sqs = emulator.boto("sqs")
        self.queue = ""
        self.received = []

    def messages(self):
        answer = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        for message in answer.get("Messages", []):
            self.received.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return self.received


EMULATORS = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("moto", "ministack")]


@pytest.fixture(params=["local", "stub", *EMULATORS])
def engine(request, db):
    """Each engine in turn, behind the port."""
    yield from _engine(request.param, request)


@pytest.fixture(params=["local", "stub"])
def exact(request, db):
    """The engines that keep AWS's word exactly: for what no emulator looks at."""
    yield from _engine(request.param, request)


@pytest.fixture(params=["stub", *EMULATORS])
def elsewhere(request, db):
    """Each engine that is not ours in turn: those with a mirror."""
    yield from _engine(request.param, request)


@pytest.fixture
def stub(request, db):
    """The server that does as AWS says."""
    yield from _engine("stub", request)


def _engine(kind, request):
    if kind == "local":
        yield Local()
        return
    settings = request.getfixturevalue("settings")
    monkeypatch = request.getfixturevalue("monkeypatch")
    settings.WORKFLOW_ENGINE = "stepfunctions"
    settings.QUEUE_PREFIX = f"t{uuid.uuid4().hex[:12]}-"
    yield from (_stub if kind == "stub" else _emulated)(kind, request, settings, monkeypatch)
    aws.forget()
    definitions.source.cache_clear()


def _stub(kind, request, settings, monkeypatch):
    _point_at("http://127.0.0.1:1", settings, monkeypatch)
    settings.STATE_MACHINE_ARN = MACHINE
    service = StepFunctions(definitions.source("approval_workflow").machine)
    server, address = serve(service)
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    aws.forget()
    yield Stub(service)
    server.shutdown()
    server.server_close()


def _emulated(kind, request, settings, monkeypatch):
    emulator = request.getfixturevalue(kind)
    _point_at(emulator.url, settings, monkeypatch)
    bench = Emulated(emulator)
    addresses = [
        bench.sqs.create_queue(QueueName=f"{settings.QUEUE_PREFIX}{name}")["QueueUrl"]
        for name in QUEUES
    ]
    bench.queue = addresses[0]
    settings.STATE_MACHINE_ARN = _create_machine(emulator, settings)
    yield bench


def _create_machine(emulator, settings):
    text = Path(configured.BASE_DIR, "statemachine/approval_workflow.asl.json").read_text()
    machine = emulator.boto("stepfunctions").create_state_machine(
        name=f"m{uuid.uuid4().hex[:12]}",
        definition=json.dumps(definitions.read(text, settings.WORKFLOW_SUBSTITUTIONS)),
        roleArn="arn:aws:iam::123456789012:role/workflows",
    )
    return machine["stateMachineArn"]


def _point_at(address, settings, monkeypatch):
    environment = {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": emulators.REGION,
        "AWS_DEFAULT_REGION": emulators.REGION,
        "AWS_ACCESS_KEY_ID": "emulated",
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.QUEUE_URL_BASE = f"{address}/{emulators.ACCOUNT}/"
    base = f"{settings.QUEUE_URL_BASE}{settings.QUEUE_PREFIX}"
    settings.WORKFLOW_SUBSTITUTIONS = {
        "AssignmentsQueueUrl": f"{base}approval-assignments",
        "StatusQueueUrl": f"{base}approval-status",
    }
    definitions.source.cache_clear()
    aws.forget()


def eventually(ask, wanted, seconds=10):
    """What `ask` returns, once `wanted` is true of it: engines elsewhere take their time."""
    until = time.monotonic() + seconds
    while not wanted(answer := ask()):
        assert time.monotonic() < until, answer
        time.sleep(0.02)
    return answer


def ends():
    """The ends of executions that were announced: their payloads, in order."""
    announced = Event.objects.filter(name="workflows.execution_ended").order_by("id")
    return [event.payload for event in announced]
