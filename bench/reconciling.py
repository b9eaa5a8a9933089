"""A round of the reconciler with a thousand tasks, and with a hundred thousand of the same kind."""

import time
from contextlib import closing

import psycopg2

from bench.fill import fill
from bench.ground import empty_database, in_a_process
from bench.pages import make_people

FEW, MANY = 1_000, 100_000
CHECKED = 2_000

# An execution for every request, standing as its request says.
_EXECUTIONS = """
INSERT INTO workflows_definition (digest, name, content)
VALUES (repeat('0', 64), 'approval_workflow', '{}') ON CONFLICT DO NOTHING;

INSERT INTO workflows_execution (id, name, definition_id, status, state, waiting_for, input, error,
    cause, progress, token_digest, started_at, stopped_at, redrive_count)
SELECT gen_random_uuid(), 'request-' || request_id, repeat('0', 64),
    CASE WHEN closed_at IS NULL THEN 'RUNNING' ELSE 'SUCCEEDED' END,
    CASE WHEN closed_at IS NULL THEN 'AssignToAssessor' ELSE 'Success' END,
    CASE WHEN closed_at IS NULL THEN 'TOKEN' ELSE '' END, '{}', '', '', '{}',
    CASE WHEN closed_at IS NULL THEN repeat('1', 64) ELSE '' END, created_at, closed_at, 0
FROM approval_requests
WHERE NOT EXISTS (
    SELECT FROM workflows_execution WHERE name = 'request-' || request_id);
"""
_NOTHING_DUE = """
UPDATE approval_requests SET check_at = NULL,
    ask_at = CASE WHEN closed_at IS NULL THEN now() + (1 + random()) * interval '1 day' END
"""
_CHECKS_DUE = """
UPDATE approval_requests SET check_at = now() - random() * interval '1 hour'
WHERE request_id IN (SELECT request_id FROM approval_requests LIMIT %s)
"""
_ALL_DUE = """
UPDATE approval_requests SET ask_at = now() - random() * interval '1 day' WHERE closed_at IS NULL
"""


def measure(report):
    with empty_database() as url:
        people = in_a_process(make_people)
        for count in (FEW, MANY):
            fill(url, count if count == FEW else MANY - FEW, people)
            _run(url, _EXECUTIONS, "VACUUM ANALYZE")
            _tell(report, url, count)


def _tell(report, url, count):
    _run(url, _NOTHING_DUE, "VACUUM ANALYZE approval_requests")
    idle = in_a_process(_round)
    _run(url, _CHECKS_DUE, given=[CHECKED])
    checks = in_a_process(_round)
    _run(url, _ALL_DUE)
    asked = in_a_process(_round)
    for name, figures in (
        ("nothing due", idle),
        (f"{min(CHECKED, count):,} to check", checks),
        ("every open request due to be asked about", asked),
    ):
        seconds, queries, said = figures
        report.add(
            f"reconciler, {count:,} tasks, {name}",
            f"{seconds * 1000:.0f} ms, {queries} queries ({said})",
        )


def _run(url, *statements, given=None):
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement, given)


def _round():
    """Seconds, queries and what was done in one round."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from approvals.bridges.reconciling import reconcile

    connection.ensure_connection()
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        report = reconcile()
    took = time.monotonic() - began
    said = f"{report.checked} checked, {report.looked} asked, {report.failed} failed"
    return took, len(queries), f"{said}, {sum(report.repaired.values())} repaired"
