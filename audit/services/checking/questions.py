"""
What the check asks the database.

Tables are named without a schema, so that the same questions are answered by a scratch copy.
"""

# Where each column of an entry stands in its record.
COLUMNS = {
    "event_id": "(record ->> 'event_id')::uuid",
    "action": "record ->> 'action'",
    "actor_id": "record #>> '{actor,id}'",
    "owner_id": "record ->> 'owner'",
    "scheme": "record ->> 'scheme'",
    "workflow_id": "record ->> 'workflow'",
    "step_id": "record ->> 'step'",
    "subject_kind": "record #>> '{object,kind}'",
    "subject_id": "record #>> '{object,id}'",
    "outcome": "record ->> 'outcome'",
    "correlation_id": "record ->> 'request_id'",
    "happened_at": "(record ->> 'happened_at')::timestamptz",
    "recorded_at": "(record ->> 'recorded_at')::timestamptz",
    "text": "record ->> 'text'",
}
_NUMBER = "(record ->> 'sequence')::bigint"
_DIFFERENT = ", ".join(
    f"CASE WHEN entry.{column} IS DISTINCT FROM {said} THEN '{column}' END"
    for column, said in COLUMNS.items()
)

_NEAR = "interval '10 minutes'"  # an erasure is on record once it is sealed

# PostgreSQL hashes and compares; what it says of a row in order is short.
RECORDS = f"""
WITH hashed AS MATERIALIZED (
    SELECT sequence, leaf, body = '' AS is_archived,
        body = '' OR sha256('\\x00'::bytea || convert_to(body, 'UTF8')) = leaf AS is_hashed,
        NULLIF(body, '')::jsonb AS record
    FROM audit_record
    WHERE sequence > %s AND sequence <= %s
)
SELECT hashed.sequence, leaf, is_archived, is_hashed, entry.sequence IS NOT NULL OR is_archived,
    CASE WHEN entry.sequence IS NULL OR is_archived OR (
        hashed.sequence = {_NUMBER}
        AND (entry.{", entry.".join(COLUMNS)}) IS NOT DISTINCT FROM ({", ".join(COLUMNS.values())})
    ) THEN NULL ELSE array_remove(ARRAY[
        CASE WHEN hashed.sequence IS DISTINCT FROM {_NUMBER} THEN 'sequence' END, {_DIFFERENT}
    ], NULL) END,
    record ->> 'event_id', (record -> 'boxes')::text,
    strip(entry.search) = strip(to_tsvector('english', replace(entry.text, '{{actor}}', '')))
FROM hashed LEFT JOIN audit_entry entry USING (sequence)
ORDER BY hashed.sequence
"""  # noqa: S608

# Kind, id and number of the links that are said and not kept, or kept and not said.
LINKS = """
SELECT COALESCE(said.kind, kept.kind), COALESCE(said.thing, kept.object_id),
    COALESCE(said.sequence, kept.sequence), said.kind IS NOT NULL
FROM (
    SELECT DISTINCT link ->> 0 AS kind, link ->> 1 AS thing, sequence
    FROM audit_record, jsonb_array_elements(NULLIF(body, '')::jsonb -> 'links') AS link
    WHERE sequence > %s AND sequence <= %s AND sequence <> ALL (%s)
) AS said
FULL JOIN (
    SELECT kind, object_id, sequence FROM audit_link
    WHERE sequence > %s AND sequence <= %s AND sequence <> ALL (%s)
        AND NOT EXISTS (SELECT 1 FROM audit_segment WHERE sequence BETWEEN first AND last)
) AS kept ON said.kind = kept.kind AND said.thing = kept.object_id AND said.sequence = kept.sequence
WHERE said.kind IS NULL OR kept.kind IS NULL
ORDER BY 3
LIMIT 1000
"""

WORDS = """
SELECT line.sequence
FROM unnest(%s::bigint[], %s::text[]) AS line (sequence, words)
JOIN audit_entry entry USING (sequence)
WHERE strip(entry.search) <> strip(to_tsvector('english', line.words))
ORDER BY line.sequence
"""

KEYS = "SELECT name, key FROM audit_key WHERE name = ANY (%s)"
ODD_KEYS = "SELECT name FROM audit_key WHERE (key IS NULL) <> (erased_at IS NOT NULL) ORDER BY name"
# The keys that erasures on record name, each with the entry of its erasure.
_NAMED = """
SELECT sequence, jsonb_array_elements_text(body::jsonb #> '{detail,names}') AS name
FROM audit_entry JOIN audit_record USING (sequence)
WHERE action = 'audit.keys_erased' AND body <> '' AND sequence <> ALL (%s)
"""
UNEXPLAINED = f"""
SELECT name FROM audit_key AS erased
WHERE erased_at IS NOT NULL
    AND (erased_at > now() OR erased_at < (SELECT max(recorded_at) FROM audit_entry) - {_NEAR})
    -- Why a key was destroyed in the time of what is archived, the archive alone knows.
    AND erased_at >= COALESCE((
        SELECT recorded_at FROM audit_entry
        WHERE sequence > (SELECT max(last) FROM audit_segment) ORDER BY sequence LIMIT 1
    ), '-infinity')
    AND NOT EXISTS (SELECT 1 FROM ({_NAMED}) AS named WHERE named.name = erased.name)
ORDER BY name
LIMIT 1000
"""  # noqa: S608
RETURNED = f"""
SELECT sequence, name FROM ({_NAMED}) AS named JOIN audit_key USING (name)
WHERE erased_at IS NULL
ORDER BY sequence, name
LIMIT 1000
"""  # noqa: S608

# Empty records that no segment has, and entries that should be gone with their records.
LOST = """
SELECT sequence FROM audit_record
WHERE body = '' AND sequence > %s
    AND NOT EXISTS (SELECT 1 FROM audit_segment WHERE sequence BETWEEN first AND last)
ORDER BY sequence LIMIT 1000
"""

COUNT = "SELECT count(*), min(sequence), max(sequence) FROM audit_record WHERE sequence > %s"
GAPS = """
SELECT before + 1, sequence - 1
FROM (
    SELECT sequence, lag(sequence, 1, %s::bigint) OVER (ORDER BY sequence) AS before
    FROM audit_record WHERE sequence > %s
) AS line
WHERE sequence > before + 1 ORDER BY sequence LIMIT 20
"""
# Entries that no record tells of. Records without entries are noticed on reading them.
STRAY = """
SELECT sequence FROM audit_entry
WHERE sequence > %s AND NOT EXISTS (
    SELECT 1 FROM audit_record WHERE audit_record.sequence = audit_entry.sequence AND body <> ''
)
ORDER BY sequence LIMIT 1000
"""
NODES = "SELECT level, index, hash FROM audit_node ORDER BY level, index"
SEALS = "SELECT size, root, note FROM audit_seal ORDER BY size"
SEALING_KEYS = """
SELECT vkey, introduction, EXISTS (
    SELECT 1 FROM audit_entry JOIN audit_record USING (sequence)
    WHERE action = 'audit.sealing_key_added' AND strpos(body, to_json(vkey)::text) > 0
)
FROM audit_sealingkey ORDER BY since, vkey
"""
# The clocks of the sealer and of the signer may differ by so much.
TIMES = f"""
SELECT sequence
FROM (
    SELECT size, signed_at, lag(size) OVER line AS before, lag(signed_at) OVER line AS signed_before
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (size, signed_at)
    WINDOW line AS (ORDER BY size)
) AS head
JOIN audit_entry entry ON entry.sequence > COALESCE(before, %s) AND entry.sequence <= size
WHERE recorded_at > signed_at + {_NEAR} OR recorded_at < signed_before - {_NEAR}
ORDER BY sequence
LIMIT 1000
"""  # noqa: S608
