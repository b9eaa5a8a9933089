"""First views are written once. A remark may lose the names of a person who is erased."""

from django.db import migrations

# Who calls is read from the call stack: a setting could be set by anybody.
CREATE = r"""
CREATE FUNCTION approvals_first_view_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    calls text;
BEGIN
    GET DIAGNOSTICS calls = PG_CONTEXT;
    IF TG_OP = 'UPDATE' AND calls ~ '(^|\n)PL/pgSQL function approvals_redact_first_views\('
        AND to_jsonb(NEW) - 'remark' = to_jsonb(OLD) - 'remark' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approval_first_views_written_once BEFORE UPDATE OR DELETE ON approval_first_views
    FOR EACH ROW EXECUTE FUNCTION approvals_first_view_stays();

CREATE FUNCTION approvals_redact_first_views(pattern text, instead text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    redacted bigint;
BEGIN
    UPDATE approval_first_views SET remark = regexp_replace(remark, pattern, instead, 'g')
        WHERE remark ~ pattern;
    GET DIAGNOSTICS redacted = ROW_COUNT;
    RETURN redacted;
END $$;
"""

DROP = """
DROP FUNCTION approvals_redact_first_views(text, text);
DROP TRIGGER approval_first_views_written_once ON approval_first_views;
DROP FUNCTION approvals_first_view_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0014_first_views")]

    operations = [migrations.RunSQL(CREATE, DROP)]
