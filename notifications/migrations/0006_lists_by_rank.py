from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the table may be big: writers go on meanwhile

    dependencies = [
        ('notifications', '0005_what_was_told_before'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('recipient', 'cause'), name='notifications_one_per_person_and_cause'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('snoozed_until__isnull', True)), fields=['recipient', '-rank'], name='notifications_inbox'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('handled_at__isnull', True), ('read_at__isnull', True), ('archived_at__isnull', True), ('snoozed_until__isnull', True)), fields=['recipient', '-rank'], name='notifications_badge'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(fields=['recipient', '-rank'], name='notifications_all'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(fields=['recipient', 'position'], name='notifications_news'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(fields=['cause'], name='notifications_cause'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('snoozed_until__isnull', False)), fields=['snoozed_until'], name='notifications_asleep'),
        ),
        RemoveIndexConcurrently(
            model_name='notification',
            name='notifications_list',
        ),
        RemoveIndexConcurrently(
            model_name='notification',
            name='notifications_unread',
        ),
    ]
