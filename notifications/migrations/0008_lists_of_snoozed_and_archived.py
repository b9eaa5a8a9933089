from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the table may be big: writers go on meanwhile

    dependencies = [
        ('notifications', '0007_what_services_handed_in'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('snoozed_until__isnull', False)), fields=['recipient', '-rank'], name='notifications_snoozed'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('archived_at__isnull', False)), fields=['recipient', '-rank'], name='notifications_archive'),
        ),
    ]
