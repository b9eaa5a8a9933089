import django.db.models.functions.datetime
from django.db import migrations, models

INSERT_ONLY = """
CREATE TRIGGER audit_sealingkey_refuses_change BEFORE UPDATE OR DELETE ON audit_sealingkey
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_sealingkey_refuses_truncate BEFORE TRUNCATE ON audit_sealingkey
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0010_the_sealer_waits_for_nobody'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealingKey',
            fields=[
                ('vkey', models.CharField(max_length=400, primary_key=True, serialize=False)),
                ('introduction', models.TextField(blank=True)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(INSERT_ONLY, migrations.RunSQL.noop),
    ]
