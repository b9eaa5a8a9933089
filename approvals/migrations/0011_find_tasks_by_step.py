from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the table may be big: writers go on meanwhile

    dependencies = [
        ('approvals', '0010_deadlines_of_tasks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='approvaltask',
            index=models.Index(condition=models.Q(('next_step_at__isnull', False), ('status', 'PENDING')), fields=['next_step_at'], name='approval_tasks_steps'),
        ),
    ]
