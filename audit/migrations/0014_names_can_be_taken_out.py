from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# A trigger's arguments name pairs: an operation, and the function that alone may do it.
REFUSE = f"""
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
    calls text;
BEGIN
    GET DIAGNOSTICS calls = PG_CONTEXT;
    FOR pair IN 0 .. TG_NARGS / 2 - 1 LOOP
        IF TG_OP = TG_ARGV[2 * pair]
            AND calls ~ ('(^|\n)PL/pgSQL function ' || TG_ARGV[2 * pair + 1] || '\\(') THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

# Words of a text whose key was destroyed are found no more. What is left is what the record says.
FORGET_WORDS = f"""
CREATE FUNCTION audit_forget_words(names text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    forgotten bigint;
BEGIN
    UPDATE audit_entry SET search = to_tsvector('english', replace(text, '{{actor}}', ''))
    WHERE event_id IN (
        SELECT substr(name, 6)::uuid FROM audit_key
        WHERE name = ANY (names) AND name LIKE 'text:%' AND erased_at IS NOT NULL
    );
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;
"""

# Only where keys were destroyed in this very transaction: what waits to be sealed is not for
# anybody to alter. The reasons of holds come first, since that is a change that is captured.
REDACT = f"""
CREATE FUNCTION audit_redact(pattern text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    held bigint;
    redacted bigint;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_key WHERE erased_at = now()) THEN
        RAISE EXCEPTION 'Names are taken out in the transaction that destroys keys, and no other.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE audit_hold SET
        reason = regexp_replace(reason, pattern, '[erased]', 'g'),
        release_reason = regexp_replace(release_reason, pattern, '[erased]', 'g')
    WHERE reason ~ pattern OR release_reason ~ pattern;
    GET DIAGNOSTICS held = ROW_COUNT;
    UPDATE audit_change SET
        before = regexp_replace(before::text, pattern, '[erased]', 'g')::jsonb,
        after = regexp_replace(after::text, pattern, '[erased]', 'g')::jsonb
    WHERE before::text ~ pattern OR after::text ~ pattern;
    GET DIAGNOSTICS redacted = ROW_COUNT;
    RETURN held + redacted;
END
$$;
"""

SIGNATURES = ("audit_forget_words(text[])", "audit_redact(text)")
PRIVATE = "".join(f"REVOKE EXECUTE ON FUNCTION {each} FROM PUBLIC;\n" for each in SIGNATURES)
GONE = "".join(f"DROP FUNCTION {each};\n" for each in SIGNATURES)

BEFORE = {
    "entry": ("DELETE", "audit_remove_archived"),
    "change": ("DELETE", "audit_drop_changes"),
}
AFTER = {
    "entry": (*BEFORE["entry"], "UPDATE", "audit_forget_words"),
    "change": (*BEFORE["change"], "UPDATE", "audit_redact"),
}


def triggers(doors):
    """Refuse changes of these tables, but for those that are named."""
    return "".join(
        f"""
DROP TRIGGER audit_{table}_refuses_change ON audit_{table};
CREATE TRIGGER audit_{table}_refuses_change BEFORE UPDATE OR DELETE ON audit_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change({", ".join(map(repr, pairs))});
"""
        for table, pairs in doors.items()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0013_forgotten_words_leave_the_index'),
    ]

    operations = [
        # One pair is what the function of before reads, too.
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET_WORDS + REDACT + PRIVATE, GONE),
        migrations.RunSQL(triggers(AFTER), triggers(BEFORE)),
    ]
