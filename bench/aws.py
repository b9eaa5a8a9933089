"""
Life cycles a second on Step Functions and SQS, as an emulator plays them, and its own bare limit.

Two clients submit and decide through the services and do the relay's and the worker's part, as in
through_services; one `manage.py consume` takes in what states send. The bare limit is the same
calls from boto3 alone: start, receive, answer, delete, receive, delete. All of it shares this
machine's cores with the emulator.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from io import StringIO

from bench.ground import CLIENTS, ROOT, VAR, empty_database, in_a_process, together
from bench.through_services import content, left_over, make_people, unassigned, work_off
from config import emulator as emulators

CYCLES = 400  # for each client
AT_ONCE = 50  # executions under way for each client
PATIENCE = 120  # seconds
PAUSE = 0.01  # seconds
QUIET = 2  # seconds without a message, when all is over; not counted
AIM = 0.15
BATCH = 10  # messages, the most that SQS hands out


def measure(report):
    with empty_database(), _emulated():
        before = _bare()
        people = in_a_process(make_people)
        with _consumer():
            results = together(_client, [(*people, number) for number in range(CLIENTS)])
        for what, count in in_a_process(left_over, CYCLES * CLIENTS).items():
            report.add(f"aws: {what}", str(count), aim="0", held=count == 0)
        after = _bare()
    cycles = (
        CYCLES * CLIENTS / (max(end for _, end in results) - min(begin for begin, _ in results))
    )
    bare = (before + after) / 2
    report.add("emulator's bare limit", f"{bare:.0f} cycles/s ({before:.0f}, {after:.0f})")
    report.add("on Step Functions and SQS (MiniStack)", f"{cycles:.1f} cycles/s")
    ratio = cycles / bare
    report.add("aws / bare limit", f"{ratio:.2f}", aim=f"≥ {AIM}", held=ratio >= AIM)


@contextmanager
def _emulated():
    """An emulator with everything the product needs, which new processes find in their settings."""
    running = emulators.start("ministack", log=VAR / "ministack.log")
    given = {**running.emulator.environment, "PROFILE": "aws-emulated"}
    os.environ.update(given)
    try:
        made = in_a_process(_bootstrap)
        given |= made
        os.environ.update(made)
        yield
    finally:
        for name in given:
            os.environ.pop(name, None)
        running.stop()


def _bootstrap():
    from django.core.management import call_command

    from config import bootstrap
    from config.bootstrap.things import here

    call_command("bootstrap_aws", "--skip", "secret", "key", stdout=StringIO())
    made = bootstrap.environment(here())
    del made["DATABASE_SECRET"], made["AUDIT_KMS_KEY"]
    return made


@contextmanager
def _consumer():
    process = subprocess.Popen([sys.executable, "manage.py", "consume"], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _bare():
    """Cycles a second that the emulator takes from boto3 alone."""
    results = together(_bare_client, [(number,) for number in range(CLIENTS)])
    in_a_process(_forget_news)
    return _a_second(results)


def _a_second(results):
    return CYCLES * CLIENTS / (max(end for _, end in results) - min(begin for begin, _ in results))


def _bare_client(number):
    """Each takes whatever is in the queues, its own and the other's."""
    from django.conf import settings

    from core import aws

    machine, queue = aws.client("stepfunctions"), aws.client("sqs")
    began = ended = time.time()
    for _ in range(0, CYCLES, AT_ONCE):
        for _ in range(AT_ONCE):
            given = _input()
            machine.start_execution(
                stateMachineArn=settings.STATE_MACHINE_ARN,
                name=f"bare-{given['request_id']}",
                input=json.dumps(given),
            )
        while _work_off_bare(machine, queue):
            ended = time.time()
    while time.time() < ended + QUIET:
        if _work_off_bare(machine, queue):
            ended = time.time()
    return began, ended


def _work_off_bare(machine, queue):
    """Answer and delete what is there; returns how many messages there were."""
    assignments, statuses = _queue("approval-assignments"), _queue("approval-status")
    waiting, told = _receive(queue, assignments), _receive(queue, statuses)
    for message in waiting:
        token = json.loads(message["Body"])["task_token"]
        machine.send_task_success(taskToken=token, output='{"verdict":"APPROVED"}')
        _delete(queue, assignments, message)
    for message in told:
        _delete(queue, statuses, message)
    return len(waiting) + len(told)


def _input():
    return {
        "request_id": str(uuid.uuid4()),
        "stage": 0,
        "last_stage": 0,
        "round": 0,
        "timeouts": [3600],
        "revision_timeout": 3600,
    }


def _queue(name):
    from core.queues import url

    return url(name)


def _receive(queue, address):
    return queue.receive_message(QueueUrl=address, MaxNumberOfMessages=BATCH).get("Messages", [])


def _delete(queue, address, message):
    queue.delete_message(QueueUrl=address, ReceiptHandle=message["ReceiptHandle"])


def _forget_news():
    """What the emulator told of the bare executions, which the product does not know."""
    from core import aws
    from core.queues import QUEUES

    for name, queue in QUEUES.items():
        if queue.kind == "messages":
            aws.client("sqs").purge_queue(QueueUrl=_queue(name))


def _client(requester, assessor, number):
    from accounts.models import User
    from approvals import services

    ben, asha = User.objects.get(email=requester), User.objects.get(email=assessor)
    began = time.time()
    for first in range(0, CYCLES, AT_ONCE):
        tasks = [
            services.submit_request(
                content=content(f"{number}-{index}"), assigned_to=assessor, policy=None, actor=ben
            ).tasks.get()
            for index in range(first, first + AT_ONCE)
        ]
        _until(lambda tasks=tasks: not unassigned(tasks))
        for task in tasks:
            services.decide_task(task_id=task.pk, verdict="APPROVED", comment="Good.", actor=asha)
    _until(lambda: not any(left_over(CYCLES * CLIENTS).values()))
    return began, time.time()


def _until(condition):
    until = time.time() + PATIENCE
    while work_off() or not condition():
        if time.time() > until:
            return  # what is missing is counted afterwards
        time.sleep(PAUSE)
