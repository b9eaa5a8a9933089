"""
Step Functions as AWS documents it, over HTTP, for what no emulator does.

Tokens of 2048 characters, TaskTimedOut for a task that is over, 200 for a repeated start, the
size limits, redrives, a history that holds the token. What executions do is left to the
interpreter of the product, whose history is held against other engines elsewhere. Calls can be
made to fail on demand: throttled, cut off before or after they take effect, or slow.
"""

import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

from workflows.asl import task
from workflows.asl.journey import Journey
from workflows.asl.run import Beat, Begin, Failed, Given, Run, Stop, Succeeded, Tick
from workflows.asl.step import step
from workflows.wire import details_key

MACHINE = "arn:aws:states:eu-west-2:123456789012:stateMachine:approval_workflow"
LIMIT = 262_144


class Refused(Exception):
    """An answer of 400 with AWS's name for the error."""

    def __init__(self, code, message=""):
        super().__init__(message)
        self.code = code


@dataclass
class Execution:
    """One execution, its history as AWS would give it, and the tokens that it gave out."""

    run: Run
    text: str
    events: list = field(default_factory=list)
    redrives: int = 0
    token: str = ""


class StepFunctions:
    """The service: one state machine and its executions. `faults` fail the next calls in order."""

    def __init__(self, machine):
        self.machine = machine
        self.executions = {}
        self.tokens = {}
        self.messages = []
        self.faults = deque()
        self.calls = []
        self.ahead = timedelta()
        self.lock = threading.Lock()

    def fail_next(self, *faults):
        """Each is "throttled", "reset" (nothing happened), "lost" (it happened) or "slow"."""
        self.faults.extend(faults)

    def call(self, operation, asked):
        """What the operation answers. Raises Refused."""
        with self.lock:
            self.calls.append(operation)
            for execution in self.executions.values():
                self._move(execution, Tick())
            return getattr(self, f"do_{operation}")(asked)

    def later(self, **amount):
        """Let time pass."""
        self.ahead += timedelta(**amount)

    def do_StartExecution(self, asked):
        name, text = asked["name"], asked["input"]
        if asked["stateMachineArn"] != MACHINE:
            raise Refused("StateMachineDoesNotExist")
        if len(text.encode()) > LIMIT:
            raise Refused("InvalidExecutionInput")
        existing = self.executions.get(name)
        if existing is None:
            existing = self._begin(name, text)
        elif existing.run.status != "RUNNING" or existing.text != text:
            raise Refused("ExecutionAlreadyExists", f"Execution Already Exists: '{_arn(name)}'")
        return {"executionArn": _arn(name), "startDate": existing.run.started_at.timestamp()}

    def _begin(self, name, text):
        run = Run(name=name, input=json.loads(text), started_at=self._now())
        self.executions[name] = execution = Execution(run, text)
        self._move(execution, Begin())
        return execution

    def do_SendTaskSuccess(self, asked):
        if len(asked["output"].encode()) > LIMIT:
            raise Refused("InvalidOutput")
        self._move(self._waiting(asked), Succeeded(json.loads(asked["output"])))
        return {}

    def do_SendTaskFailure(self, asked):
        failed = Failed(asked.get("error", ""), asked.get("cause", ""))
        self._move(self._waiting(asked), failed)
        return {}

    def do_SendTaskHeartbeat(self, asked):
        self._move(self._waiting(asked), Beat())
        return {}

    def _waiting(self, asked):
        token = asked["taskToken"]
        if token not in self.tokens:
            raise Refused("InvalidToken", f"Invalid Token: '{token}'")
        execution = self.executions.get(self.tokens[token])
        if execution is None:
            raise Refused("TaskDoesNotExist")
        if execution.token != token or not execution.run.waits_for_token:
            raise Refused("TaskTimedOut", f"Task Timed Out: '{token}'")
        return execution

    def do_StopExecution(self, asked):
        execution = self._named(asked)
        self._move(execution, Stop(asked.get("error", ""), asked.get("cause", "")))
        return {"stopDate": execution.run.stopped_at.timestamp()}

    def do_DescribeExecution(self, asked):
        execution = self._named(asked)
        run = execution.run
        found = {
            "executionArn": asked["executionArn"],
            "stateMachineArn": MACHINE,
            "name": run.name,
            "status": run.status,
            "startDate": run.started_at.timestamp(),
            "stopDate": run.stopped_at and run.stopped_at.timestamp(),
            "input": execution.text,
            "output": json.dumps(run.output) if run.status == "SUCCEEDED" else None,
            "error": run.error or None,
            "cause": run.cause or None,
            "redriveCount": execution.redrives,
        }
        return {name: value for name, value in found.items() if value is not None}

    def do_GetExecutionHistory(self, asked):
        events = self._named(asked).events[:: -1 if asked.get("reverseOrder") else 1]
        first, most = int(asked.get("nextToken", 0)), asked.get("maxResults", 100)
        page = {"events": events[first : first + most]}
        if first + most < len(events):
            page["nextToken"] = str(first + most)
        return page

    def redrive(self, name):
        """RedriveExecution of one that was stopped while it waited for its token."""
        execution = self.executions[name]
        execution.redrives += 1
        run = replace(execution.run, status="RUNNING", stopped_at=None, error="", cause="")
        journey = Journey(self.machine, run, self._given())
        journey.record("ExecutionRedriven", redriveCount=execution.redrives)
        task.run_task(journey)
        self._keep(execution, journey.outcome(), journey.given)

    def _named(self, asked):
        execution = self.executions.get(asked["executionArn"].rpartition(":")[2])
        if execution is None:
            raise Refused("ExecutionDoesNotExist")
        return execution

    def _now(self):
        return datetime.now(UTC) + self.ahead

    def _given(self):
        token = secrets.token_hex(1024)
        place = {"region": "eu-west-2", "account": "123456789012"}
        return Given(now=self._now(), token=token, seed=uuid4(), **place)

    def _move(self, execution, happening):
        given = self._given()
        self._keep(execution, step(self.machine, execution.run, happening, given), given)

    def _keep(self, execution, outcome, given):
        execution.run = outcome.run
        if outcome.token_given:
            execution.token = given.token
            self.tokens[given.token] = execution.run.name
        for event in outcome.events:
            execution.events.append(_event(event, given, execution.redrives))
        for message in outcome.messages:
            self.messages.append((message.queue, _redriven(message.body, execution.redrives)))


def _redriven(body, count):
    """The message with the count that the context object has once an execution was redriven."""
    if count and isinstance(body.get("execution"), dict):
        return body | {"execution": body["execution"] | {"RedriveCount": count}}
    return body


def _event(event, given, redrives):
    details = dict(event.details)
    if "parameters" in details:
        parameters = json.loads(details["parameters"].replace("[hidden]", given.token))
        parameters["MessageBody"] = _redriven(parameters["MessageBody"], redrives)
        details["parameters"] = json.dumps(parameters)
    return {
        "id": event.number,
        "previousEventId": event.previous,
        "type": event.type,
        "timestamp": round(given.now.timestamp(), 3),
        details_key(event.type): details,
    }


def _arn(name):
    return f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}"


class _Handler(BaseHTTPRequestHandler):
    """The AWS JSON 1.0 protocol: the operation is in a header, errors have a `__type`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        service = self.server.service
        fault = service.faults.popleft() if service.faults else ""
        if fault == "reset":
            return self._hang_up()
        if fault == "throttled":
            return self._answer(400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
        try:
            answer = service.call(operation, asked)
        except Refused as refusal:
            kind = f"com.amazonaws.swf.service.v2.model#{refusal.code}"
            return self._answer(400, {"__type": kind, "message": str(refusal)})
        if fault == "lost":
            return self._hang_up()
        if fault == "slow":
            time.sleep(0.6)
        return self._answer(200, answer)

    def _answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self):
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_):
        """Nothing: it would hold task tokens."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service

    def handle_error(self, request, client_address):
        """A client that gave up waiting is no news."""


def serve(service):
    """The server on a free port of this machine, with its address; `shutdown()` ends it."""
    server = _Server(service)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
