"""Tells cases to an emulator of Step Functions and SQS, many at a time."""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from tests.parity.record import Record, Told, record, token_in
from tests.parity.story import Answer, Beat, Case, Halt, Move, Refuse

AT_ONCE = 10  # as many as a client has connections
PATIENCE = 20.0  # seconds for one case
STUCK = 3.0  # seconds after the last move, for a case that is known to rest there for ever
PAUSE = 0.08
ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
ROLE = "arn:aws:iam::123456789012:role"


def run_all(emulator: Any, cases: Iterable[Case], stuck: frozenset[str]) -> dict[str, Record]:
    """The record of each case by name. Those in `stuck` are not waited for to the end."""
    clients = emulator.boto("stepfunctions"), emulator.boto("sqs")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = {
            case.name: pool.submit(_Telling(*clients, case).record, case.name in stuck)
            for case in cases
        }
        return {name: run.result() for name, run in runs.items()}


class _Telling:
    """One case being told."""

    def __init__(self, sfn: Any, sqs: Any, case: Case) -> None:
        self.sfn, self.sqs, self.case = sfn, sqs, case
        self.sent: list[tuple[str, Any]] = []
        self.tokens: list[str] = []
        self.refused: list[str] = []
        self.queues = {
            name: sqs.create_queue(QueueName=f"{case.name}-{name}")["QueueUrl"]
            for name in case.queues.values()
        }
        self.arn = self._start()

    def _start(self) -> str:
        text = json.dumps(self.case.document)
        for placeholder, queue in self.case.queues.items():
            text = text.replace(f"${{{placeholder}}}", self.queues[queue])
        machine = self.sfn.create_state_machine(
            name=self.case.name, definition=text, roleArn=f"{ROLE}/{self.case.name}"
        )["stateMachineArn"]
        started = self.sfn.start_execution(
            stateMachineArn=machine, name="run", input=json.dumps(self.case.input)
        )
        return str(started["executionArn"])

    def record(self, stuck: bool) -> Record:
        until = time.monotonic() + PATIENCE
        for move in self.case.moves:
            if not self._until(lambda: bool(self.tokens), STUCK if stuck else PATIENCE):
                break
            # What is said before the emulator began to wait may count for an earlier attempt.
            time.sleep(PAUSE)
            try:
                self._happen(move, self.tokens.pop(0))
            except ClientError as refusal:
                self.refused.append(refusal.response["Error"]["Code"])
        self._until(lambda: False, STUCK if stuck else until - time.monotonic())
        self._collect()
        return self._told()

    def _happen(self, move: Move, token: str) -> None:
        match move:
            case Answer(output):
                self.sfn.send_task_success(taskToken=token, output=json.dumps(output))
            case Refuse(error, cause):
                self.sfn.send_task_failure(taskToken=token, error=error, cause=cause)
            case Beat(times, apart):
                for _ in range(times):
                    time.sleep(apart)
                    self.sfn.send_task_heartbeat(taskToken=token)
                self.tokens.insert(0, token)
            case Halt(error, cause):
                self.sfn.stop_execution(executionArn=self.arn, error=error, cause=cause)

    def _until(self, settled: Any, seconds: float) -> bool:
        """Whether it came to that, before the execution ended or the time was over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._collect()
            if settled():
                return True
            if any(event["type"] in ENDS for event in self._history()[-1:]):
                return False
            time.sleep(PAUSE)
        return False

    def _collect(self) -> None:
        for queue, url in self.queues.items():
            while taken := self.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0
            ).get("Messages"):
                for message in taken:
                    self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    self._take(queue, message["Body"])

    def _take(self, queue: str, text: str) -> None:
        body = _parsed(text)
        self.sent.append((queue, body))
        if token := token_in(body):
            self.tokens.append(token)

    def _history(self) -> list[dict[str, Any]]:
        paginator = self.sfn.get_paginator("get_execution_history")
        pages = paginator.paginate(executionArn=self.arn, maxResults=1000)
        return [event for page in pages for event in page["events"]]

    def _told(self) -> Record:
        """From the history alone: it says how an execution ended, too."""
        history = self._history()
        status = ENDS.get(history[-1]["type"], "RUNNING")
        end = {} if status == "RUNNING" else _details(history[-1])
        return record(
            status=status,
            events=[
                Told(e["id"], e.get("previousEventId", 0), e["type"], _details(e)) for e in history
            ],
            output=json.loads(end.get("output", "null")),
            error=end.get("error"),
            cause=end.get("cause"),
            sent=self.sent,
            refused=self.refused,
        )


def _parsed(text: str) -> Any:
    """A queue carries text: an object is its JSON, a text is itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict | list) else text


def _details(event: dict[str, Any]) -> dict[str, Any]:
    found = [value for key, value in event.items() if key.endswith("EventDetails")]
    return found[0] if found else {}
