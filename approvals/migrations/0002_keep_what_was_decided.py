"""Decisions and versions are written once. The database itself says so, whoever asks."""

from django.db import migrations

CREATE = """
CREATE FUNCTION approvals_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approval_decisions_written_once BEFORE UPDATE OR DELETE ON approval_decisions
    FOR EACH ROW EXECUTE FUNCTION approvals_written_once();
CREATE TRIGGER question_versions_written_once BEFORE UPDATE OR DELETE ON question_versions
    FOR EACH ROW EXECUTE FUNCTION approvals_written_once();
"""

DROP = """
DROP TRIGGER question_versions_written_once ON question_versions;
DROP TRIGGER approval_decisions_written_once ON approval_decisions;
DROP FUNCTION approvals_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
