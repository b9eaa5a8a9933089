"""The product as `make run-aws` runs it: real processes, and an emulator that they start."""

import json
import random
import subprocess
import sys
import uuid
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config.up import free_port
from tests.processes import Up

pytestmark = pytest.mark.slow

AWS = Path(sys.executable).parent / "aws"


class Rehearsal(Up):
    """`manage.py up` in the profile aws-emulated."""

    patience = 180  # seconds: nine processes start, and tests beside them

    def __init__(self, var, kind):
        # Out of the range from which the kernel takes ports for outgoing connections.
        first = random.randrange(20000, 32000, 20)
        super().__init__(var, port=free_port(first))
        self.emulator_port = free_port(first + 10)
        self.says_what = {
            "PROFILE": "aws-emulated",
            "EMULATOR": kind,
            "EMULATOR_PORT": str(self.emulator_port),
        }

    def _environment(self):
        return {**super()._environment(), **self.says_what}

    def told(self):
        """What it tells its processes, and whoever wants to run others besides."""
        note = (self.var / "aws-emulated" / "environment").read_text()
        return dict(line.split("=", 1) for line in note.splitlines())

    def aws(self, *command):
        """Ask by the command line of AWS, as the opening lines say."""
        output = subprocess.run(
            [
                AWS,
                *("--endpoint-url", f"http://127.0.0.1:{self.emulator_port}"),
                *("--region", "eu-west-2", "stepfunctions", *command),
            ],
            env={**self._environment(), **self.told()},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return json.loads(output)

    def api(self, method, path, token, body=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = uuid.uuid4().hex
        connection.request(method, f"/api/v1/{path}", json.dumps(body or {}), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status < 400, content
        return json.loads(content)

    def token(self, email):
        said = self.manage("create_api_token", email)
        assert said.returncode == 0, said.stderr
        return said.stdout.split()[-1]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One that every test here may use and none may stop."""
    up = Rehearsal(tmp_path_factory.mktemp("rehearsal") / "var", "moto")
    up.start()
    yield up
    up.stop()


@pytest.fixture(scope="module")
def approved(running):
    """A request that Ben made and Asha approved, once the product knows of its end."""
    ben, asha = running.token("ben@example.com"), running.token("asha@example.com")
    question = {
        "question_text": "What is the capital of Peru?",
        "options": ["Lima", "Quito"],
        "correct_answer": "Lima",
    }
    body = {"question": question, "assigned_to": "asha@example.com"}
    request = running.api("POST", "approval-requests/", ben, body)
    task = request["tasks"][0]["task_id"]
    running.api("POST", f"approval-tasks/{task}/decision/", asha, {"verdict": "APPROVED"})

    def now():
        return running.api("GET", f"approval-requests/{request['request_id']}/", ben)

    running.until(lambda: now()["status"] == "APPROVED")
    return now()


def execution(running, request):
    machine = running.told()["STATE_MACHINE_ARN"]
    listed = running.aws("list-executions", "--state-machine-arn", machine)["executions"]
    (ours,) = [each for each in listed if request["request_id"] in each["name"]]
    return ours


def test_an_approval_ends_in_success_on_step_functions(running, approved):
    running.until(lambda: execution(running, approved)["status"] != "RUNNING")

    ours = execution(running, approved)
    history = running.aws("get-execution-history", "--execution-arn", ours["executionArn"])
    states = [
        event["stateEnteredEventDetails"]["name"]
        for event in history["events"]
        if "stateEnteredEventDetails" in event
    ]
    assert ours["status"] == "SUCCEEDED"
    assert states == [
        "PrepareStage",
        "AssignToAssessor",
        "EvaluateDecision",
        "ReportApproved",
        "Success",
    ]


def test_the_mail_about_it_is_in_the_mailbox(running, approved):
    mailbox = running.var / "aws-emulated" / "mailbox"

    running.until(
        lambda: any(
            b"Your request has an outcome" in mail.read_bytes() for mail in mailbox.glob("*.eml")
        )
    )


def test_the_opening_lines_say_how_to_see_the_executions(running):
    assert running.says("stepfunctions list-executions --state-machine-arn arn:aws:states:")


def test_processes_get_the_database_from_its_secret_only(running):
    told = running.child("manage.py", "relay").environ()

    assert told["DATABASE_SECRET"] == "imprimatur-database"
    assert "DATABASE_URL" not in told


def test_nothing_points_at_the_real_aws(running):
    told = running.child("manage.py", "consume").environ()

    assert told["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{running.emulator_port}"
    assert told["AWS_CONFIG_FILE"] == told["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_a_second_start_begins_anew_and_a_lost_emulator_ends_it(tmp_path):
    up = Rehearsal(tmp_path / "var", "ministack").start()
    password = (tmp_path / "var" / "aws-emulated" / "demo-password").read_text()
    family = up.family()
    assert up.stop() == 0
    assert not any(process.is_running() for process in family)

    up.start()
    try:
        assert up.says("so the data starts anew, too")
        assert up.says(password)
        up.child("ministack").kill()
        assert up.process.wait(timeout=30) == 1
    finally:
        up.stop()

    assert up.says("The emulator ended by itself, and so everything did.")
