from django.db import migrations


def refuse_to_lose_entries(apps, schema_editor):
    """
    Entries of before are not sealed. They are written again, from the events that they came from:
    so every one of those events has to be there still.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry"
            " WHERE NOT EXISTS (SELECT 1 FROM outbox_event WHERE uuid = event_id)"
        )
        (lost,) = cursor.fetchone()
    if lost:
        raise RuntimeError(
            f"{lost} audit entries cannot be sealed, since the event log was pruned of their"
            " events. Save the table audit_entry (pg_dump -t audit_entry) and rename it first."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_reports_of_other_services'),
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(refuse_to_lose_entries, migrations.RunPython.noop),
        migrations.DeleteModel(name='Entry'),
        migrations.DeleteModel(name='Position'),
    ]
