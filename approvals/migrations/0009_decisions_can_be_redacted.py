"""A decision's comment may lose the names of a person who is erased, and nothing else of it."""

from django.db import migrations

# Who calls is read from the call stack: a setting could be set by anybody.
CREATE = r"""
CREATE FUNCTION approvals_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    calls text;
BEGIN
    GET DIAGNOSTICS calls = PG_CONTEXT;
    IF TG_OP = 'UPDATE' AND calls ~ '(^|\n)PL/pgSQL function approvals_redact_decisions\('
        AND to_jsonb(NEW) - 'comment' = to_jsonb(OLD) - 'comment' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER approval_decisions_written_once ON approval_decisions;
CREATE TRIGGER approval_decisions_written_once BEFORE UPDATE OR DELETE ON approval_decisions
    FOR EACH ROW EXECUTE FUNCTION approvals_decision_stays();

CREATE FUNCTION approvals_redact_decisions(pattern text, instead text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    redacted bigint;
BEGIN
    UPDATE approval_decisions SET comment = regexp_replace(comment, pattern, instead, 'g')
        WHERE comment ~ pattern;
    GET DIAGNOSTICS redacted = ROW_COUNT;
    RETURN redacted;
END $$;
"""

DROP = """
DROP FUNCTION approvals_redact_decisions(text, text);
DROP TRIGGER approval_decisions_written_once ON approval_decisions;
CREATE TRIGGER approval_decisions_written_once BEFORE UPDATE OR DELETE ON approval_decisions
    FOR EACH ROW EXECUTE FUNCTION approvals_written_once();
DROP FUNCTION approvals_decision_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_find_requests_by_status")]

    operations = [migrations.RunSQL(CREATE, DROP)]
