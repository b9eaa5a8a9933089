"""What the triggers do, in PL/pgSQL of PostgreSQL 15 and newer."""

from audit.recording.masking import MASK
from audit.rules.rule import OLD

CAPTURE, CAPTURE_WITHOUT_DATA = "audit_capture", "audit_capture_without_data"
CAPTURE_TRUNCATE = "audit_capture_truncate"
SETTINGS = ["search_path=pg_catalog, pg_temp", "TimeZone=UTC"]

_WRITE = """
    INSERT INTO {schema}.audit_change ("table", operation, object_id, before, after, session)
    VALUES (TG_TABLE_NAME, {values}, left(concat_ws(' · ', session_user,
        nullif(current_setting('application_name'), ''), host(inet_client_addr())), 255));
"""

# Of a row with a new key one thing is gone and another is new: both histories tell of it.
_CAPTURE = """
DECLARE
    key CONSTANT text := TG_ARGV[0];
    named CONSTANT text[] := TG_ARGV[1];  -- stand in every change, differing or not
    masked CONSTANT text[] := TG_ARGV[2];
    ignored CONSTANT text[] := TG_ARGV[3];
    aged CONSTANT text := TG_ARGV[4];
    before jsonb;
    after jsonb;
    former text;
    present text;
    hidden text;
BEGIN
    IF TG_OP <> 'INSERT' THEN%(spare_old)s
        before := to_jsonb(OLD) - ignored;
        former := left(coalesce(before ->> key, ''), 255);
    END IF;
    IF TG_OP <> 'DELETE' THEN%(spare_new)s
        after := to_jsonb(NEW) - ignored;
        present := left(coalesce(after ->> key, ''), 255);
    END IF;
    IF TG_OP = 'UPDATE' AND before = after THEN
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' AND aged <> ''
            AND (before ->> aged)::timestamptz < now() - interval '%(old)s' THEN
        RETURN NULL;
    ELSIF former = present THEN
        SELECT jsonb_object_agg(field.key, field.value),
            jsonb_object_agg(field.key, after -> field.key)
        INTO before, after
        FROM jsonb_each(before) AS field
        WHERE field.value <> after -> field.key OR field.key = ANY (named);
    END IF;
    FOREACH hidden IN ARRAY masked LOOP
        IF coalesce(before ->> hidden, '') NOT IN ('', '[]', '{}') THEN
            before := jsonb_set(before, ARRAY[hidden], '"%(mask)s"');
        END IF;
        IF coalesce(after ->> hidden, '') NOT IN ('', '[]', '{}') THEN
            after := jsonb_set(after, ARRAY[hidden], '"%(mask)s"');
        END IF;
    END LOOP;
    IF former <> present THEN%(write_former)s%(write_present)s    ELSE%(write)s    END IF;
    RETURN NULL;
END
"""
_SPARE = """
        %s.data := NULL;  -- whole files"""

_TRUNCATED = """
BEGIN%s    RETURN NULL;
END
"""


def bodies(schema: str) -> dict[str, str]:
    """The body of each function by its name, for tables in this schema, whose name is quoted."""

    def write(values: str) -> str:
        return _WRITE.format(schema=schema, values=values)

    parts = {
        "mask": MASK,
        "old": OLD,
        "write_former": write("'DELETE', former, before, NULL"),
        "write_present": write("'INSERT', present, NULL, after"),
        "write": write("TG_OP, coalesce(present, former), before, after"),
        "spare_old": "",
        "spare_new": "",
    }
    sparing = {"spare_old": _SPARE % "OLD", "spare_new": _SPARE % "NEW"}
    return {
        CAPTURE: _CAPTURE % parts,
        CAPTURE_WITHOUT_DATA: _CAPTURE % (parts | sparing),
        CAPTURE_TRUNCATE: _TRUNCATED % write("TG_OP, '', NULL, NULL"),
    }


def definition(name: str, body: str) -> str:
    """
    The statements that make a function.

    It runs as its owner, so that nobody else needs a right on audit_change; with a search path
    that nobody can put a table or function of their own on; and for triggers of its owner's only.
    """
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $capture${body}$capture$;"
        f" REVOKE ALL ON FUNCTION {name}() FROM PUBLIC"
    )
