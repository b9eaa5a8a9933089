"""
The least that a life cycle can cost on this machine and this PostgreSQL, without any framework.

Three commits: create (question, task, audit entry), assign (task, audit entry, notification),
decide (task, audit entry, notification). No workflow, no history, no rules.
"""

import json
import time
import uuid

import psycopg2

TABLES = """
CREATE TABLE floor_questions (
    id uuid PRIMARY KEY, question_text text, options jsonb, correct_answer text,
    created_at timestamptz DEFAULT now()
);
CREATE TABLE floor_tasks (
    id uuid PRIMARY KEY, question_id uuid REFERENCES floor_questions, assigned_to text,
    status text, task_token text, comments text, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE INDEX ON floor_tasks (assigned_to) WHERE status = 'PENDING';
CREATE TABLE floor_audit (
    id bigserial PRIMARY KEY, action text, actor text, subject uuid, detail jsonb,
    happened_at timestamptz DEFAULT now()
);
CREATE INDEX ON floor_audit (subject);
CREATE TABLE floor_notifications (
    id bigserial PRIMARY KEY, recipient text, kind text, task_id uuid,
    created_at timestamptz DEFAULT now()
);
CREATE INDEX ON floor_notifications (recipient);
"""
DROP = "DROP TABLE floor_notifications, floor_audit, floor_tasks, floor_questions"


def make_tables(url):
    _execute(url, TABLES)


def drop_tables(url):
    _execute(url, DROP)


def _execute(url, statement):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def cycle_for(url, seconds):
    """Go through life cycles for so many seconds; return how many and the seconds it took."""
    connection = psycopg2.connect(url)
    cursor = connection.cursor()
    began = time.monotonic()
    count = 0
    while time.monotonic() - began < seconds:
        _cycle(connection, cursor)
        count += 1
    return count, time.monotonic() - began


def _cycle(connection, cursor):
    question, task = str(uuid.uuid4()), str(uuid.uuid4())
    audit = "INSERT INTO floor_audit (action, actor, subject, detail) VALUES (%s, %s, %s, %s)"
    notify = "INSERT INTO floor_notifications (recipient, kind, task_id) VALUES (%s, %s, %s)"
    detail = json.dumps({"task": task, "question": question})

    cursor.execute(
        "INSERT INTO floor_questions (id, question_text, options, correct_answer)"
        " VALUES (%s, %s, %s, %s)",
        [question, "Which is the capital of Peru?", '["Lima", "Quito", "La Paz"]', "Lima"],
    )
    cursor.execute(
        "INSERT INTO floor_tasks (id, question_id, assigned_to, status) VALUES (%s, %s, %s, %s)",
        [task, question, "asha@example.com", "PENDING"],
    )
    cursor.execute(audit, ["requested", "ben@example.com", question, detail])
    connection.commit()

    cursor.execute(
        "UPDATE floor_tasks SET task_token = %s, updated_at = now() WHERE id = %s",
        [uuid.uuid4().hex, task],
    )
    cursor.execute(audit, ["assigned", "system", task, detail])
    cursor.execute(notify, ["asha@example.com", "assigned", task])
    connection.commit()

    cursor.execute("SELECT status FROM floor_tasks WHERE id = %s FOR UPDATE", [task])
    cursor.execute(
        "UPDATE floor_tasks SET status = 'APPROVED', comments = %s, updated_at = now()"
        " WHERE id = %s",
        ["Good.", task],
    )
    cursor.execute(audit, ["approved", "asha@example.com", task, detail])
    cursor.execute(notify, ["ben@example.com", "approved", task])
    connection.commit()
