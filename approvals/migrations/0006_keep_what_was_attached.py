"""Attached files stay what they were. The database itself says so, whoever asks."""

from django.db import migrations

CREATE = """
ALTER TABLE kept_files ADD CONSTRAINT kept_files_are_what_they_are_called
    CHECK (data IS NULL OR (encode(sha256(data), 'hex') = sha256 AND length(data) = size));

CREATE FUNCTION approvals_kept_file_moves_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.sha256, NEW.media_type, NEW.size) IS DISTINCT FROM
       (OLD.sha256, OLD.media_type, OLD.size) OR (OLD.data IS NULL AND NEW.data IS NOT NULL) THEN
        RAISE EXCEPTION 'kept_files is written once: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept_files_move_once BEFORE UPDATE ON kept_files
    FOR EACH ROW EXECUTE FUNCTION approvals_kept_file_moves_once();

CREATE FUNCTION approvals_attachment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.question_id IS NOT NULL OR (TG_OP = 'UPDATE' AND
       (NEW.attachment_id, NEW.sha256, NEW.name, NEW.width, NEW.height, NEW.uploaded_by_id)
       IS DISTINCT FROM
       (OLD.attachment_id, OLD.sha256, OLD.name, OLD.width, OLD.height, OLD.uploaded_by_id)) THEN
        RAISE EXCEPTION 'attachments is written once: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER attachments_stay BEFORE UPDATE OR DELETE ON attachments
    FOR EACH ROW EXECUTE FUNCTION approvals_attachment_stays();
"""

DROP = """
DROP TRIGGER attachments_stay ON attachments;
DROP FUNCTION approvals_attachment_stays();
DROP TRIGGER kept_files_move_once ON kept_files;
DROP FUNCTION approvals_kept_file_moves_once();
ALTER TABLE kept_files DROP CONSTRAINT kept_files_are_what_they_are_called;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_attachments")]

    operations = [migrations.RunSQL(CREATE, DROP)]
