"""
Life cycles through HTTP: `make run` as it is, and two clients that use the API with tokens.

The web, relay, worker and beat processes share the machine's cores with the clients. The time runs
until every request is at its end. Before that, one request at a time: how long a decision takes to
close its request when there is nothing else to do.
"""

import json
import shutil
import statistics
import time
import uuid
from contextlib import closing
from http.client import HTTPConnection

import psycopg2

from bench.ground import CLIENTS, VAR, together
from config import postgres
from tests.processes import Up

CYCLES = 100
AT_ONCE = 20  # requests under way for each client
ALONE = 40  # requests, one after the other
PATIENCE = 300  # seconds

_UNASSIGNED = """
SELECT count(*) FROM approval_tasks WHERE task_id = ANY(%s::uuid[]) AND callback = 'AWAITING_TOKEN'
"""
_CLOSED = """
SELECT count(*) FROM approval_requests AS request
JOIN workflows_execution AS execution ON execution.name = 'request-' || request_id
WHERE request_id = %s AND request.status = 'APPROVED' AND execution.status = 'SUCCEEDED'
"""
_LEFT_OVER = {
    "http: executions not succeeded": """
        SELECT %(cycles)s - count(*) FROM workflows_execution WHERE status = 'SUCCEEDED'
        AND name = ANY(%(names)s)""",
    "http: requests not approved": """
        SELECT %(cycles)s - count(*) FROM approval_requests WHERE status = 'APPROVED'
        AND request_id = ANY(%(ids)s::uuid[])""",
    "http: deliveries not done": "SELECT count(*) FROM outbox_delivery WHERE status != 'DONE'",
    "http: events without audit entry": """
        SELECT count(*) FROM outbox_event
        WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE event_id = outbox_event.uuid)""",
}


def measure(report):
    """Life cycles a second."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    up = Up(VAR / "var").start()
    try:
        database = postgres.url(up.var.resolve() / "postgres")
        with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            _until_nothing_is_due(cursor)
            tokens = [_token(up, f"{name}@example.com") for name in ("ben", "asha")]
            _tell_latency(report, _alone(up.port, cursor, *tokens))
            _until_nothing_is_due(cursor)
            results = together(_client, [(up.port, database, *tokens)] * CLIENTS)
            ended = _until_nothing_is_due(cursor)
            began = min(began for began, _ in results)
            _verify(cursor, [request for _, requests in results for request in requests], report)
    finally:
        up.stop()
        shutil.rmtree(VAR, ignore_errors=True)
    return CYCLES * CLIENTS / (ended - began)


def _token(up, address):
    return up.manage("create_api_token", address).stdout.split()[-1]


def _until_nothing_is_due(cursor):
    """When nothing was left to do. Gives up after PATIENCE."""
    until = time.time() + PATIENCE
    while time.time() < until:
        now = time.time()
        cursor.execute("SELECT count(*) FROM outbox_delivery WHERE status = 'WAITING'")
        waiting = cursor.fetchone()[0]
        cursor.execute(_LEFT_OVER["http: events without audit entry"])
        if not waiting and not cursor.fetchone()[0]:
            return now
        time.sleep(0.05)
    return time.time()


def _alone(port, cursor, requester, assessor):
    """Seconds from each decision's answer to the end of its request, when there is no other."""
    http = HTTPConnection("127.0.0.1", port, timeout=60)
    seconds = []
    for _ in range(ALONE):
        answer = _submit(http, requester)
        task = answer["tasks"][0]["task_id"]
        _until_assigned(cursor, [task])
        time.sleep(0.5)  # for its mail and audit entry
        _decide(http, assessor, task)
        decided = time.time()
        until = decided + PATIENCE
        while time.time() < until:
            cursor.execute(_CLOSED, [answer["request_id"]])
            if cursor.fetchone()[0]:
                break
            time.sleep(0.002)
        seconds.append(time.time() - decided)
    return sorted(seconds)


def _tell_latency(report, seconds):
    p50, p95 = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
    report.add(
        "http: a lone decision to its end", f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    )


def _client(port, database, requester, assessor):
    connection = psycopg2.connect(database)
    connection.autocommit = True
    cursor = connection.cursor()
    http = HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.time()
    requests = []
    for _ in range(0, CYCLES, AT_ONCE):
        submitted = [_submit(http, requester) for _ in range(AT_ONCE)]
        requests += [answer["request_id"] for answer in submitted]
        tasks = [answer["tasks"][0]["task_id"] for answer in submitted]
        _until_assigned(cursor, tasks)
        http.close()  # the server may have, in the meantime; the next request opens it again
        for task in tasks:
            _decide(http, assessor, task)
    return began, requests


def _until_assigned(cursor, tasks):
    until = time.time() + PATIENCE
    while time.time() < until:
        cursor.execute(_UNASSIGNED, [tasks])
        if not cursor.fetchone()[0]:
            return
        time.sleep(0.02)
    raise AssertionError("Tasks were not assigned in time.")


def _submit(http, token):
    return _post(
        http,
        "/api/v1/approval-requests/",
        token,
        {
            "question": {
                "question_text": f"Which is the capital of Peru? ({uuid.uuid4()})",
                "options": ["Lima", "Quito", "La Paz"],
                "correct_answer": "Lima",
                "subject": "Geography",
            },
            "assigned_to": "asha@example.com",
        },
    )


def _decide(http, token, task):
    verdict = {"verdict": "APPROVED", "comments": "Good."}
    return _post(http, f"/api/v1/approval-tasks/{task}/decision/", token, verdict)


def _post(http, path, token, body):
    http.request(
        "POST",
        path,
        json.dumps(body),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        },
    )
    response = http.getresponse()
    answer = json.loads(response.read())
    if response.status not in (200, 201):
        raise AssertionError(f"{path} answered {response.status}: {answer}")
    return answer


def _verify(cursor, requests, report):
    given = {
        "cycles": CYCLES * CLIENTS,
        "ids": requests,
        "names": [f"request-{request}" for request in requests],
    }
    for what, query in _LEFT_OVER.items():
        cursor.execute(query, given)
        count = cursor.fetchone()[0]
        report.add(what, str(count), aim="0", held=count == 0)
