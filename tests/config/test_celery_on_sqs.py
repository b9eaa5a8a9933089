"""A real worker on SQS, with the settings of the profiles on AWS."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

from config.emulator import ACCOUNT
from core.queues import QUEUES
from tests.processes import ROOT

pytestmark = pytest.mark.slow

VISIBILITY = 6  # seconds; the table's would take minutes
RECEIVES = 2
PATIENCE = 60  # seconds
SEND = "import sys, config; from tests.config import tasks_on_sqs; exec(sys.argv[1])"


@pytest.fixture(params=["moto", "ministack"])
def queues(request):
    """Queues as bootstrap_aws makes them, but for their times."""
    emulator = request.getfixturevalue(request.param)
    sqs, prefix = emulator.boto("sqs"), f"c{uuid.uuid4().hex[:12]}-"
    for queue in QUEUES.values():
        if queue.kind == "celery":
            _create(sqs, prefix, queue)
    environment = {
        **os.environ,
        **emulator.environment,
        "PROFILE": "aws-emulated",
        "QUEUE_URL_BASE": f"{emulator.url}/{ACCOUNT}/",
        "QUEUE_PREFIX": prefix,
        "PYTHONPATH": str(ROOT),
    }
    return sqs, prefix, environment


def _create(sqs, prefix, queue):
    dead = sqs.create_queue(QueueName=prefix + queue.dead_letters)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
        "maxReceiveCount": str(RECEIVES),
    }
    attributes = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(redrive)}
    sqs.create_queue(QueueName=prefix + queue.name, Attributes=attributes)


@pytest.fixture
def worker(queues, tmp_path):
    """Starts workers, and kills them at the end."""
    started = []

    def start():
        command = [
            *(sys.executable, "-m", "celery", "--app=config", "--quiet", "worker"),
            *("--concurrency=1", "--loglevel=WARNING", "--include=tests.config.tasks_on_sqs"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        started.append(
            subprocess.Popen(
                command, cwd=ROOT, env=queues[2], stdout=log, stderr=log, start_new_session=True
            )
        )
        return started[-1]

    yield start
    for process in started:
        kill(process)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


def send(queues, call):
    subprocess.run(
        [sys.executable, "-c", SEND, f"tasks_on_sqs.{call}"], cwd=ROOT, env=queues[2], check=True
    )


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "It never came true."
        time.sleep(0.05)


def lines(notes):
    return notes.read_text().split() if notes.exists() else []


@pytest.mark.parametrize("queues", ["ministack"], indirect=True)
def test_a_task_runs_once_although_two_workers_wait_for_it(queues, worker, notes):
    worker()
    worker()

    send(queues, f"take_a_while.delay(file={str(notes)!r}, seconds=2)")

    until(lambda: "ended" in lines(notes))
    time.sleep(VISIBILITY + 2)
    assert lines(notes) == ["began", "ended"]


def test_a_killed_workers_task_comes_again(queues, worker, notes):
    victim = worker()
    send(queues, f"take_a_while.delay(file={str(notes)!r}, seconds=3)")
    until(lambda: lines(notes) == ["began"])

    kill(victim)
    worker()

    until(lambda: "ended" in lines(notes))
    assert lines(notes) == ["began", "began", "ended"]


@pytest.mark.parametrize("queues", ["moto"], indirect=True)
def test_a_task_that_always_fails_ends_among_the_dead_letters(queues, worker, notes):
    sqs, prefix, _ = queues
    dead = sqs.get_queue_url(QueueName=f"{prefix}celery-core-dead")["QueueUrl"]
    worker()

    send(queues, f"fail.delay(file={str(notes)!r})")

    until(lambda: sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0).get("Messages"))
    assert lines(notes) == ["failed"] * RECEIVES


@pytest.mark.parametrize("queues", ["ministack"], indirect=True)
def test_a_worker_stops_within_moments(queues, worker, notes):
    process = worker()
    send(queues, f"take_a_while.delay(file={str(notes)!r}, seconds=0)")
    until(lambda: "ended" in lines(notes))

    process.terminate()

    assert process.wait(timeout=20) == 0
