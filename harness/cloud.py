"""AWS on this machine: MiniStack, and microburst that comes between it and the product."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter

from config import emulator
from config.processes import end_with_parent

SHARE = 0.05  # of the calls, for each kind of fault
PREFIX = "imprimatur-"
MESSAGE_QUEUES = (
    "approval-assignments",
    "approval-status",
    "execution-status",
    "audit-trail",
    "notifications",
    "notifications-in",
    "mail-feedback",
)
_FAULT = re.compile(r'microburst_faults_total\{service="(.*?)".*action="(.*?)"\} (\d+)')
_ERRORS = {"RUNNING": "", "SUCCEEDED": ""}


class Cloud:
    """Lives as long as its world. With `faults`, the product reaches it by the proxy only."""

    def __init__(self, var, *, faults=True):
        self.var = var
        self.faults = faults
        self.proxy = None
        self.address = ""

    def start(self):
        """Start both; return what the product's environment needs, but for what bootstrap says."""
        self.running = emulator.start("ministack", log=self.var / "logs" / "ministack.log")
        self.emulator = self.running.emulator
        self.boto = {name: self.emulator.boto(name) for name in ("sqs", "stepfunctions")}
        self.address = self.emulator.url
        if self.faults:
            self._start_proxy()
        return {**self.emulator.environment, "PROFILE": "aws-emulated"}

    def _start_proxy(self):
        port = emulator._free_port(0)
        self.address = f"http://127.0.0.1:{port}"
        with (self.var / "logs" / "microburst.log").open("ab") as log:
            self.proxy = subprocess.Popen(
                [
                    *(sys.executable, "-m", "microburst", "--no-resign"),
                    *("--upstream", self.emulator.url, "--port", str(port)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                return self._control("GET", "health")
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("microburst does not answer.")

    def bootstrap(self, manage):
        """Make what the product needs; return what its processes have to be told."""
        lacks = self.emulator.lacks
        skipped = ("--skip", *lacks) if lacks else ()
        said = manage("bootstrap_aws", *skipped).split("have to be told:", 1)[1]
        told = dict(line.split("=", 1) for line in said.split("\n") if "=" in line)
        if "key" in lacks:
            del told["AUDIT_KMS_KEY"]
        told["QUEUE_URL_BASE"] = told["QUEUE_URL_BASE"].replace(self.emulator.url, self.address)
        # Some clients go to the queue's own address, so that has to be the proxy's as well.
        told["AWS_ENDPOINT_URL"] = self.address
        self.machine = told["STATE_MACHINE_ARN"]
        if self.proxy is not None:
            self._warm_up()
        return told

    def _warm_up(self):
        """Let microburst read its models of the services, which takes seconds, before it counts."""
        import boto3

        for service, call in {
            "sqs": "list_queues",
            "stepfunctions": "list_state_machines",
            "sesv2": "list_email_identities",
            "secretsmanager": "list_secrets",
            "s3": "list_buckets",
        }.items():
            keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
            where = {"endpoint_url": self.address, "region_name": emulator.REGION}
            client = boto3.session.Session().client(service, **where, **keys)
            getattr(client, call)()

    def break_things(self):
        """From now on a share of the calls is throttled, cut off, or done and never answered."""
        broken = (
            {"error": {"code": "ThrottlingException", "status": 400}},
            {"reset": True},
            {"response": {"abort_bytes": 0}},
        )
        rules = [{"service": "*", "probability": SHARE, **fault} for fault in broken]
        self._control("POST", "rules", rules)

    def mend_things(self):
        """Stop that; return how many calls there were, and how many were hit by what."""
        self._control("POST", "rules", [])
        counts = Counter()
        for line in self._control("GET", "metrics").splitlines():
            if found := _FAULT.match(line):
                service, action, count = found.groups()
                counts[f"AWS {service} {action}"] += int(count)
            elif line.startswith("microburst_requests_total"):
                counts["AWS calls in all"] = int(line.split()[-1])
        return dict(counts)

    def _control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.address}/_microburst/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()

    def hang(self):
        """From now on nothing answers: whoever asks waits."""
        os.kill(self.running.process.pid, signal.SIGSTOP)

    def refuse(self):
        """From now on every call is reset at once."""
        self._control("POST", "rules", [{"service": "*", "reset": True}])

    def answer_again(self):
        """After `refuse`."""
        self._control("POST", "rules", [])

    def wake(self):
        """After `hang`."""
        os.kill(self.running.process.pid, signal.SIGCONT)

    def stop(self):
        if getattr(self, "running", None) is not None:
            self.wake()
            self.running.stop()
        if self.proxy is not None:
            self.proxy.kill()
            self.proxy.wait()

    def send(self, queue, body):
        """Put a message into a queue, past the proxy; return its id."""
        text = body if isinstance(body, str) else json.dumps(body)
        answer = self.boto["sqs"].send_message(QueueUrl=self._url(queue), MessageBody=text)
        return answer["MessageId"]

    def left_in_queues(self):
        """How many messages each queue still has, hidden ones included."""
        return {queue: self._count(queue) for queue in MESSAGE_QUEUES}

    def _count(self, queue):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.boto["sqs"].get_queue_attributes(
            QueueUrl=self._url(queue), AttributeNames=[*names, "ApproximateNumberOfMessagesDelayed"]
        )
        return sum(int(value) for value in answer["Attributes"].values())

    def add_to(self, evidence):
        """What the checker asks of the engine and the queues."""
        evidence.remote = list(self._executions())
        evidence.dead_letters = [
            {"queue": queue, "id": key} for queue in self._queues() for key in self._dead(queue)
        ]
        evidence.left_in_queues = self.left_in_queues()

    def _executions(self):
        client = self.boto["stepfunctions"]
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=self.machine)
        for page in pages:
            for found in page["executions"]:
                status, error = found["status"], ""
                if status not in _ERRORS:
                    arn = found["executionArn"]
                    error = client.describe_execution(executionArn=arn).get("error", "")
                yield {"name": found["name"], "status": status, "error": error}

    def _queues(self):
        from core.queues import QUEUES

        return QUEUES

    def _dead(self, queue):
        """The ids that the dead letters of a queue had in it; copies of a copy count once."""
        url, found = self._url(f"{queue}-dead"), {}
        while True:
            answer = self.boto["sqs"].receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=120,
                MessageAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return list(found)
            for message in messages:
                said = message.get("MessageAttributes", {}).get("MessageId", {})
                found[said.get("StringValue", message["MessageId"])] = message

    def _url(self, queue):
        return f"{self.emulator.url}/{emulator.ACCOUNT}/{PREFIX}{queue}"
