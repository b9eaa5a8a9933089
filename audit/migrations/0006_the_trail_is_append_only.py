from django.db import migrations

TABLES = ("entry", "record", "link", "node", "batch", "seal", "key")

INSERT_ONLY = "".join(
    f"""
CREATE TRIGGER audit_{table}_refuses_change BEFORE UPDATE OR DELETE ON audit_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_{table}_refuses_truncate BEFORE TRUNCATE ON audit_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
    for table in TABLES
)

CHANGEABLE = "".join(
    f"""
DROP TRIGGER audit_{table}_refuses_truncate ON audit_{table};
DROP TRIGGER audit_{table}_refuses_change ON audit_{table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_a_trail_that_can_be_proved'),
    ]

    operations = [
        migrations.RunSQL(INSERT_ONLY, CHANGEABLE),
    ]
