"""Whatever is killed, and whenever: every decision is carried to the end of its workflow."""

import json
import random
import threading
import time
import uuid
from contextlib import closing
from http.client import HTTPConnection, HTTPException

import psutil
import psycopg2
import pytest

from config import postgres
from tests.processes import Up

pytestmark = pytest.mark.slow

LOAD = 15  # seconds of decisions and kills
PAUSE = 1.2  # seconds between two kills
PATIENCE = 90  # seconds for what was interrupted to be carried on
VICTIMS = (("worker", "--concurrency=2"), ("relay",), ("seal",), ("gunicorn", "config.wsgi"))

_UNFINISHED = """
SELECT request.request_id, request.status, task.status, task.callback, execution.status
FROM approval_requests AS request
JOIN approval_tasks AS task USING (request_id)
LEFT JOIN workflows_execution AS execution ON execution.name = 'request-' || request.request_id
WHERE request.request_id = ANY(%s::uuid[])
    AND (execution.status IS DISTINCT FROM 'SUCCEEDED' OR request.status != 'APPROVED')
"""


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """The database after a load with kills, a restart, and time to carry on; and who was told."""
    up = Up(tmp_path_factory.mktemp("kills") / "var").start()
    try:
        clients = _load_and_kill(up)
        assert all(up.says(f"{name} ended (killed") for name in ("worker", "relay", "seal", "web"))
        up.process.kill()  # the last blow takes the supervisor itself
        up.process.wait()
        up.start()
        address = postgres.url(up.var.resolve() / "postgres")
        with closing(psycopg2.connect(address)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            decided = [request for client in clients for request in client.decided]
            _wait_until_finished(cursor, decided)
            yield cursor, decided
    finally:
        up.stop()


def _load_and_kill(up):
    tokens = [
        up.manage("create_api_token", f"{name}@example.com").stdout.split()[-1]
        for name in ("ben", "asha")
    ]
    clients = [Client(up.port, *tokens) for _ in range(2)]
    for client in clients:
        client.start()
    chance = random.Random(20261121)
    until, killed = time.monotonic() + LOAD, 0
    while time.monotonic() < until or killed < len(VICTIMS):
        if killed % len(VICTIMS) == 0:
            order = chance.sample(VICTIMS, k=len(VICTIMS))
        time.sleep(PAUSE)
        _kill_one(up, order[killed % len(VICTIMS)])
        killed += 1
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join()
    return clients


def _kill_one(up, words):
    """Kill a process and everything under it, as the kernel would when memory runs out."""
    try:
        victim = up.child(*words)
        for process in [victim, *victim.children(recursive=True)]:
            process.kill()
    except psutil.Error:
        pass  # it was on its way out already


def _wait_until_finished(cursor, decided):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        cursor.execute(_UNFINISHED, [decided])
        if not cursor.fetchall():
            return
        time.sleep(0.2)


class Client(threading.Thread):
    """Submits and decides over HTTP, and repeats with the same key whatever got no answer."""

    def __init__(self, port, requester, assessor):
        super().__init__(daemon=True)
        self.port = port
        self.requester = requester
        self.assessor = assessor
        self.stopped = threading.Event()
        self.decided = []

    def run(self):
        while not self.stopped.is_set():
            request = self._post("/api/v1/approval-requests/", self.requester, _submission())
            task = request["tasks"][0]["task_id"]
            self._post(
                f"/api/v1/approval-tasks/{task}/decision/",
                self.assessor,
                {"verdict": "APPROVED", "comments": "Good."},
            )
            self.decided.append(request["request_id"])

    def _post(self, path, token, body):
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as http:
                    http.request("POST", path, json.dumps(body), headers)
                    response = http.getresponse()
                    answer = json.loads(response.read())
            except (OSError, HTTPException, ValueError):
                time.sleep(0.1)
                continue
            if response.status in (200, 201):
                return answer
            # 409: the first attempt is being worked on, or was cut off on the way.
            assert response.status in (409, 500, 503), answer
            time.sleep(0.1)
        raise AssertionError(f"No answer to {path}.")


def _submission():
    return {
        "question": {
            "question_text": f"Which is the capital of Peru? ({uuid.uuid4()})",
            "options": ["Lima", "Quito"],
            "correct_answer": "Lima",
        },
        "assigned_to": "asha@example.com",
    }


def test_decisions_were_made_while_processes_were_killed(aftermath):
    _, decided = aftermath

    assert len(decided) >= 10


def test_every_decided_request_is_at_its_end(aftermath):
    cursor, decided = aftermath

    cursor.execute(_UNFINISHED, [decided])

    assert cursor.fetchall() == []


def test_every_decision_is_there_once(aftermath):
    cursor, decided = aftermath

    cursor.execute(
        "SELECT count(*), count(DISTINCT task.request_id) FROM approval_decisions"
        " JOIN approval_tasks AS task USING (task_id) WHERE task.request_id = ANY(%s::uuid[])",
        [decided],
    )

    assert cursor.fetchone() == (len(decided), len(decided))


def test_no_delivery_was_given_up(aftermath):
    cursor, _ = aftermath

    cursor.execute("SELECT subscriber, error FROM outbox_delivery WHERE status = 'DEAD'")

    assert cursor.fetchall() == []


def test_every_event_is_in_the_audit_trail_once(aftermath):
    cursor, _ = aftermath
    until = time.monotonic() + PATIENCE
    unsealed = 1
    while unsealed and time.monotonic() < until:
        time.sleep(0.2)
        cursor.execute(
            "SELECT count(*) FROM outbox_event"
            " WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE event_id = outbox_event.uuid)"
        )
        (unsealed,) = cursor.fetchone()

    cursor.execute("SELECT count(*), max(sequence), count(DISTINCT event_id) FROM audit_entry")
    count, last, events = cursor.fetchone()

    assert unsealed == 0
    assert count == last == events


def test_the_assessor_was_told_of_every_task_once(aftermath):
    cursor, decided = aftermath

    cursor.execute(
        "SELECT count(*), count(DISTINCT url) FROM notifications_notification"
        " WHERE kind = 'TASK_ASSIGNED' AND url IN"
        " (SELECT '/tasks/' || task_id || '/' FROM approval_tasks"
        "  WHERE request_id = ANY(%s::uuid[]))",
        [decided],
    )
    told, tasks = cursor.fetchone()

    assert told == tasks
