"""
Many questions, requests and tasks, written by SQL.

A fifth of the tasks is each assessor's; half of them wait, the others are decided. Everybody has
one notification for each of their tasks, every second one unread.
"""

import json
from contextlib import closing

import psycopg2

_SEED = """
CREATE UNLOGGED TABLE seed AS
SELECT gen_random_uuid() AS question_id, gen_random_uuid() AS request_id,
    gen_random_uuid() AS task_id, n,
    (%(assessors)s)[1 + n %% 5]::uuid AS assessor,
    (%(policies)s)[1 + n %% 5]::jsonb AS policy,
    n / 5 %% 2 = 0 AS pending,
    now() - random() * interval '700 days' AS created_at,
    now() + random() * interval '30 days' AS due_at,
    'Question number ' || n || ': which of these is the capital of country ' || n %% 200 || '?'
        AS text,
    encode(sha256(n::text::bytea), 'hex') AS digest
FROM generate_series(1, %(count)s) AS n
"""
_OPTIONS = """'["Lima", "Quito", "La Paz", "Bogotá"]'::jsonb, 'Lima', 'Geography'"""
_FILL = f"""
INSERT INTO questions (question_id, question_text, options, correct_answer, subject,
    latest_version, created_by, created_at)
SELECT question_id, text, {_OPTIONS}, 1, %(requester)s, created_at FROM seed;

INSERT INTO question_versions (question_id, number, question_text, options, correct_answer, subject,
    digest, created_by, created_at)
SELECT question_id, 1, text, {_OPTIONS}, digest, %(requester)s, created_at FROM seed;

INSERT INTO approval_requests (request_id, question_id, version_id, requester_id, policy, status,
    revision_token, revision_token_generation, created_at, closed_at)
SELECT request_id, question_id, version.id, %(requester)s, policy,
    CASE WHEN pending THEN 'PENDING' ELSE 'APPROVED' END, '', '', seed.created_at,
    CASE WHEN NOT pending THEN seed.created_at + interval '1 day' END
FROM seed JOIN question_versions AS version USING (question_id);

INSERT INTO approval_tasks (task_id, request_id, question_id, version_id, stage, round, approve_n,
    return_n, assigned_by, assigned_to, due_at, status, callback, task_token,
    task_token_generation, comments, decided_at, created_at, updated_at)
SELECT task_id, request_id, question_id, version.id, 0, 0, 1, 1, %(requester)s, assessor, due_at,
    CASE WHEN pending THEN 'PENDING' ELSE 'APPROVED' END,
    CASE WHEN pending THEN 'READY' ELSE 'DELIVERED' END, md5(n::text), '', '',
    CASE WHEN NOT pending THEN seed.created_at + interval '1 day' END, seed.created_at,
    seed.created_at + interval '1 day'
FROM seed JOIN question_versions AS version USING (question_id);

INSERT INTO approval_assignments (task_id, assessor_id, requester_id, state, claimed, due_at,
    created_at, updated_at)
SELECT task_id, assessor, %(requester)s, CASE WHEN pending THEN 'ACTIVE' ELSE 'DECIDED' END, false,
    due_at, created_at, created_at
FROM seed;

INSERT INTO approval_decisions (task_id, assessor_id, requester_id, verdict, comment, digest,
    created_at)
SELECT task_id, assessor, %(requester)s, 'APPROVED', '', digest, created_at + interval '1 day'
FROM seed WHERE NOT pending;

INSERT INTO notifications_notification (recipient_id, event_id, kind, title, body, reason, url,
    created_at, read_at)
SELECT assessor, gen_random_uuid(), 'TASK_ASSIGNED', 'A question waits for you', '',
    'You were asked by name.', '/tasks/' || task_id || '/', created_at,
    CASE WHEN n %% 2 = 0 THEN created_at END
FROM seed;
"""
_WORDS = "questions_words"  # the index that costs most to keep up during the filling


def fill(url, count, people):
    """Add so many tasks, with all that belongs to them, and let the planner know."""
    requester, assessors = people
    given = {
        "count": count,
        "requester": requester,
        "assessors": [key for key, _ in assessors],
        "policies": [json.dumps(policy) for _, policy in assessors],
    }
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SET session_replication_role = replica")  # no checks of foreign keys
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [_WORDS])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {_WORDS}")
        cursor.execute(_SEED, given)
        cursor.execute(_FILL, given)
        cursor.execute(definition)
        cursor.execute("DROP TABLE seed")
        cursor.execute("VACUUM ANALYZE")
