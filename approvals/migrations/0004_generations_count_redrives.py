from django.db import migrations

# Generations are compared as text. Those of two parts, time and retries, get the redrives in
# between, so that the next token of the same state still counts as newer.
WIDEN = r"""
UPDATE approval_tasks
SET task_token_generation = regexp_replace(task_token_generation, '/(\d{6})$', '/000000/\1')
WHERE task_token_generation ~ '^[^/]+/\d{6}$';
UPDATE approval_requests
SET revision_token_generation = regexp_replace(revision_token_generation, '/(\d{6})$', '/000000/\1')
WHERE revision_token_generation ~ '^[^/]+/\d{6}$';
"""
NARROW = r"""
UPDATE approval_tasks
SET task_token_generation = regexp_replace(task_token_generation, '/\d{6}/(\d{6})$', '/\1')
WHERE task_token_generation ~ '^[^/]+/\d{6}/\d{6}$';
UPDATE approval_requests
SET revision_token_generation = regexp_replace(revision_token_generation, '/\d{6}/(\d{6})$', '/\1')
WHERE revision_token_generation ~ '^[^/]+/\d{6}/\d{6}$';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0003_imports'),
    ]

    operations = [
        migrations.RunSQL(WIDEN, NARROW),
    ]
