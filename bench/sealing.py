"""
How fast the sealer works off a backlog, beside the least that its rows can cost.

The floor writes the same entries, records and links once more, into tables with the same indexes,
in one statement each: nothing is read, composed, locked into boxes or hashed.
"""

import os
import time
from contextlib import closing

import psycopg2

from bench.ground import empty_database, in_a_process, server_seconds, together

EVENTS = 20_000
CHANGES = 3  # rows changed with each event, in the second half of the measurement
AIM = 3000  # events a second of one core

# Each in a transaction of its own, as many decisions are.
_FILL = """
SET synchronous_commit = off;
DO $$ BEGIN FOR number IN 1..{count} LOOP
    INSERT INTO outbox_event
        (uuid, name, payload, actor_id, actor_label, correlation_id, origin)
    VALUES (gen_random_uuid(), 'approvals.task_decided', jsonb_build_object(
            'task_id', gen_random_uuid(), 'request_id', gen_random_uuid(),
            'question_id', gen_random_uuid(),
            'question_title', 'Which gas law relates pressure and volume? ' || number,
            'requester_id', gen_random_uuid(), 'assessor_id', gen_random_uuid(),
            'verdict', 'APPROVED', 'outcome', 'APPROVED', 'digest', repeat('d', 64), 'stage', 0),
        md5((number % 50)::text)::uuid::text, 'Asha Rao', gen_random_uuid()::text,
        '{{"ip": "192.0.2.1", "client": "Mozilla/5.0 (X11; Linux x86_64)"}}');
    INSERT INTO audit_change ("table", operation, object_id, before, after, session)
    SELECT 'approval_tasks', 'UPDATE', gen_random_uuid(),
        '{{"status": "PENDING", "comments": ""}}',
        '{{"status": "APPROVED", "comments": "Well put, and the key is right."}}',
        'imprimatur · gunicorn'
    FROM generate_series(1, {changes});
    COMMIT;
END LOOP; END $$
"""
_TABLES = ("audit_entry", "audit_record", "audit_link")
_COPY = "".join(
    f"CREATE TABLE floor_{name} (LIKE {name} INCLUDING INDEXES);"
    f"INSERT INTO floor_{name} SELECT * FROM {name} WHERE sequence > %(after)s;"
    for name in _TABLES
)


def measure(report):
    """Events a second of one core, which sealer and PostgreSQL share, and of the clock."""
    with empty_database():
        in_a_process(_seal)  # what the migrations left to seal
        bare = _round(0)
        report.add(
            "sealed, of one core for sealer and PostgreSQL",
            f"{bare['of a core']:.0f}/s",
            aim=f"≥ {AIM}/s",
            held=bare["of a core"] >= AIM,
        )
        report.add("sealed, by the clock", f"{bare['by the clock']:.0f}/s")
        floor = _floor()
        share = f"{bare['of a core'] / floor:.0%} of {floor:.0f}/s"
        report.add("  beside writing the same rows", share)
        rich = _round(CHANGES)
        what = f"sealed with {CHANGES} changed rows and a comment each, of one core"
        report.add(what, f"{rich['of a core']:.0f}/s")


def _round(changes):
    _fill(EVENTS, changes)
    processor = []
    seconds, written = together(_seal, [()], processor)[0]
    assert written == EVENTS, f"{written} entries of {EVENTS} events."
    return {"of a core": EVENTS / processor[0], "by the clock": EVENTS / seconds}


def _floor():
    """The rows of the round before, a second of one core."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT max(size) FROM audit_batch")
        after = cursor.fetchone()[0] - EVENTS
        before = server_seconds()
        cursor.execute(_COPY, {"after": after})
        connection.commit()
    return EVENTS / (server_seconds() - before)


def _fill(count, changes):
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        for statement in _FILL.format(count=count, changes=changes).split(";\n", 1):
            connection.cursor().execute(statement)


def _seal():
    from audit.services import seal_events

    began = time.monotonic()
    written = seal_events()
    return time.monotonic() - began, written
