from django.db import migrations

# The audit trail's tables live in the schema public, and nobody but their owner may create there.
PINNED = "SET search_path = pg_catalog, public, pg_temp"

# Refuses everybody, the owner too. A trigger's argument names the one function that may: it stands
# in the call stack, where a setting could be set by anybody.
REFUSE = f"""
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
    calls text;
BEGIN
    IF TG_NARGS > 0 AND TG_OP = TG_ARGV[0] THEN
        GET DIAGNOSTICS calls = PG_CONTEXT;
        IF calls ~ ('(^|\n)PL/pgSQL function ' || TG_ARGV[1] || '\\(') THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

REFUSE_ALL = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
ALTER FUNCTION audit_refuse_change() RESET ALL;
"""

DOORS = {
    "entry": ("DELETE", "audit_remove_archived"),
    "record": ("UPDATE", "audit_remove_archived"),
    "key": ("UPDATE", "audit_destroy_keys"),
    "change": ("DELETE", "audit_drop_changes"),
}

# The hold that forbids to destroy a key, or NULL. What is held of an archived entry cannot be told
# any more: then a thing's hold keeps every key.
HOLD_ON_KEY = f"""
CREATE FUNCTION audit_hold_on_key(name text) RETURNS bigint LANGUAGE sql STABLE {PINNED} AS $$
    WITH wanted AS (
        SELECT CASE WHEN name LIKE 'person:%' THEN substr(name, 8) END AS person,
            CASE WHEN name LIKE 'text:%' THEN substr(name, 6)::uuid END AS event
    ), held AS (
        SELECT hold.id, hold.scope, hold.kind, hold.object_id, link.sequence
        FROM audit_hold AS hold
        LEFT JOIN audit_link AS link
            ON link.kind = hold.kind AND link.object_id = hold.object_id
        WHERE hold.released_at IS NULL
    )
    SELECT min(held.id) FROM held, wanted
    WHERE held.scope = 'EVERYTHING'
        OR (held.kind = 'user' AND held.object_id = wanted.person)
        OR (held.scope = 'PERSON' AND EXISTS (
            SELECT 1 FROM audit_entry AS entry
            WHERE entry.event_id = wanted.event AND entry.actor_id = held.object_id
        ))
        OR EXISTS (
            SELECT 1 FROM audit_entry AS entry
            WHERE entry.sequence = held.sequence AND (
                entry.event_id = wanted.event
                OR (held.scope = 'OBJECT' AND entry.actor_id = wanted.person)
            )
        )
        OR (held.scope = 'OBJECT' AND EXISTS (
            SELECT 1 FROM audit_link AS other
            WHERE other.kind = 'user' AND other.object_id = wanted.person
                AND other.sequence = held.sequence
        ))
        OR (held.scope = 'OBJECT' AND EXISTS (
            SELECT 1 FROM audit_segment AS segment
            WHERE held.sequence BETWEEN segment.first AND segment.last
        ))
$$;
"""

HOLD_BETWEEN = f"""
CREATE FUNCTION audit_hold_between(low bigint, high bigint) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
    SELECT min(hold.id) FROM audit_hold AS hold
    WHERE hold.released_at IS NULL AND (
        hold.scope = 'EVERYTHING'
        OR EXISTS (
            SELECT 1 FROM audit_link AS link
            WHERE link.kind = hold.kind AND link.object_id = hold.object_id
                AND link.sequence BETWEEN low AND high
        )
        OR (hold.scope = 'PERSON' AND EXISTS (
            SELECT 1 FROM audit_entry AS entry
            WHERE entry.actor_id = hold.object_id AND entry.sequence BETWEEN low AND high
        ))
    )
$$;
"""

# Called by the sealer between writing the records of a batch and the batch's own row: only then
# is there a record beyond the last batch.
DROP_CHANGES = f"""
CREATE FUNCTION audit_drop_changes(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    dropped bigint;
BEGIN
    IF ids IS NULL OR array_position(ids, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'Name the changes to drop by their ids.'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audit_record
        WHERE sequence > (SELECT COALESCE(max(size), 0) FROM audit_batch)
    ) THEN
        RAISE EXCEPTION 'Changes are dropped in the transaction that seals them, and no other.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    DELETE FROM audit_change WHERE id = ANY (ids);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END
$$;
"""

# The lock lets no hold be placed between the question and the end of the transaction.
DESTROY_KEYS = f"""
CREATE FUNCTION audit_destroy_keys(names text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    wanted text;
    hold bigint;
    destroyed bigint;
BEGIN
    IF names IS NULL OR array_position(names, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'Name the keys to destroy.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOCK TABLE audit_hold IN SHARE MODE;
    FOREACH wanted IN ARRAY names LOOP
        IF wanted !~ '^(person:.{{1,255}}|text:[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})$' THEN
            RAISE EXCEPTION '% is not the name of a key.', quote_literal(wanted)
                USING ERRCODE = 'invalid_parameter_value';
        END IF;
        hold := audit_hold_on_key(wanted);
        IF hold IS NOT NULL THEN
            RAISE EXCEPTION 'Legal hold % forbids to destroy the key %.', hold, wanted
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    INSERT INTO audit_key AS kept (name, key, erased_at)
    SELECT DISTINCT each, NULL::bytea, now() FROM unnest(names) AS each ORDER BY each
    ON CONFLICT (name) DO UPDATE SET key = NULL, erased_at = EXCLUDED.erased_at
        WHERE kept.erased_at IS NULL;
    GET DIAGNOSTICS destroyed = ROW_COUNT;
    DELETE FROM audit_person
    WHERE id IN (SELECT substr(each, 8) FROM unnest(names) AS each WHERE each LIKE 'person:%');
    RETURN destroyed;
END
$$;
"""

REMOVE_ARCHIVED = f"""
CREATE FUNCTION audit_remove_archived(low bigint, high bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    hold bigint;
    removed bigint;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_segment WHERE first = low AND last = high) THEN
        RAISE EXCEPTION 'There is no archived segment of the entries % to %.', low, high
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF high > (SELECT COALESCE(max(size), 0) FROM audit_seal) THEN
        RAISE EXCEPTION 'No seal covers entry % yet.', high USING ERRCODE = 'restrict_violation';
    END IF;
    LOCK TABLE audit_hold IN SHARE MODE;
    hold := audit_hold_between(low, high);
    IF hold IS NOT NULL THEN
        RAISE EXCEPTION 'Legal hold % forbids to remove the entries % to %.', hold, low, high
            USING ERRCODE = 'restrict_violation';
    END IF;
    DELETE FROM audit_entry WHERE sequence BETWEEN low AND high;
    UPDATE audit_record SET body = '' WHERE sequence BETWEEN low AND high AND body <> '';
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
"""

SIGNATURES = (
    "audit_remove_archived(bigint, bigint)",
    "audit_destroy_keys(text[])",
    "audit_drop_changes(bigint[])",
    "audit_hold_between(bigint, bigint)",
    "audit_hold_on_key(text)",
)
PRIVATE = "".join(f"REVOKE EXECUTE ON FUNCTION {each} FROM PUBLIC;\n" for each in SIGNATURES)
GONE = "".join(f"DROP FUNCTION {each};\n" for each in SIGNATURES)


def trigger(table, arguments=""):
    """Refuse changes of a table, but for those that the arguments name."""
    return f"""
DROP TRIGGER IF EXISTS audit_{table}_refuses_change ON audit_{table};
CREATE TRIGGER audit_{table}_refuses_change BEFORE UPDATE OR DELETE ON audit_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change({arguments});
"""


def no_truncate(table):
    return f"""
CREATE TRIGGER audit_{table}_refuses_truncate BEFORE TRUNCATE ON audit_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""


CLOSED = (
    "".join(
        trigger(table, f"'{operation}', '{function}'")
        for table, (operation, function) in DOORS.items()
    )
    + trigger("segment")
    + no_truncate("segment")
    + no_truncate("change")
)
OPEN = "".join(trigger(table) for table in ("entry", "record", "key")) + "".join(
    f"DROP TRIGGER audit_{table}_refuses_truncate ON audit_{table};"
    f" DROP TRIGGER audit_{table}_refuses_change ON audit_{table};"
    for table in ("segment", "change")
)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0008_holds_segments_and_sent_heads'),
    ]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_ALL),
        migrations.RunSQL(HOLD_ON_KEY + HOLD_BETWEEN, migrations.RunSQL.noop),
        migrations.RunSQL(DROP_CHANGES + DESTROY_KEYS + REMOVE_ARCHIVED, migrations.RunSQL.noop),
        migrations.RunSQL(PRIVATE, GONE),
        migrations.RunSQL(CLOSED, OPEN),
    ]
