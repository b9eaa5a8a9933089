from django.db import migrations

# The triggers are made after `migrate`, when every table is there (audit.triggers).
NO_TRIGGERS = """
DROP FUNCTION IF EXISTS audit_capture CASCADE;
DROP FUNCTION IF EXISTS audit_capture_without_data CASCADE;
DROP FUNCTION IF EXISTS audit_capture_truncate CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0006_the_trail_is_append_only'),
    ]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, NO_TRIGGERS),
    ]
