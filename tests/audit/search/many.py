"""Entries by the ten thousand, in no time."""

from django.db import connection

FILL = """
INSERT INTO audit_entry (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text, search
)
SELECT n, gen_random_uuid(), 'tests.' || (ARRAY['wrote', 'decided', 'read'])[1 + n %% 3],
    (ARRAY['asha', 'ben', 'ada', 'system'])[1 + n * 7 / 3 %% 4], 'ben',
    (ARRAY['Maths', 'Law'])[1 + n / 5 %% 2], 'w-' || n / 10, '', 'task', 't-' || n / 4,
    CASE WHEN n %% 3 = 1 THEN 'APPROVED' ELSE '' END, 'r-' || n / 100,
    timestamptz '2026-01-01 00:00Z' + n * interval '1 minute' + (n %% 7) * interval '30 seconds',
    now(), line.text, to_tsvector('english', line.text)
FROM generate_series(%s, %s) AS n, LATERAL (
    SELECT '{actor} wrote of gas'
        || CASE WHEN n %% 2 = 0 THEN ' law' ELSE ' mixtures under the law' END
        || CASE WHEN n BETWEEN 300 AND 900 THEN ' and a fever' ELSE '' END
        || CASE WHEN n %% 5000 = 17 THEN ' quicksilver' ELSE '' END AS text
) AS line
"""
LINK = """
INSERT INTO audit_link (kind, object_id, sequence)
SELECT 'task', subject_id, sequence FROM audit_entry WHERE sequence BETWEEN %s AND %s
"""


def many(count, after=0):
    """So many entries about gas, with their links, after those that are there."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [after + 1, after + count])
        cursor.execute(LINK, [after + 1, after + count])
