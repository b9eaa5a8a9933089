from django.db import migrations

# Rows keep their order. Of several that told of one task, the newest stands for it.
FILL = """
UPDATE notifications_notification SET rank = id, position = id, occurred_at = created_at,
    told_at = created_at;

UPDATE notifications_notification AS told
SET cause = 'task:' || substring(told.url FROM '^/tasks/([0-9a-f-]{36})/$')
FROM (
    SELECT DISTINCT ON (recipient_id, url) id FROM notifications_notification
    WHERE kind IN ('TASK_ASSIGNED', 'TASK_PASSED_ON')
        AND url ~ '^/tasks/[0-9a-f-]{36}/$'
    ORDER BY recipient_id, url, id DESC
) AS newest
WHERE told.id = newest.id;

INSERT INTO notifications_delivery (notification_id, recipient_id, event_id, channel, status,
    released_at, sent_at, due_at, created_at)
SELECT id, recipient_id, event_id, 'EMAIL', 'SENT', created_at, emailed_at, created_at, created_at
FROM notifications_notification WHERE emailed_at IS NOT NULL;

INSERT INTO notifications_trace (event_id, recipient_id, notification_id, kind, rule, cause,
    verdict, channels, occurred_at, traced_at)
SELECT event_id, recipient_id, id, kind, 'before-traces', cause, 'TOLD', '[]', created_at,
    created_at
FROM notifications_notification;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_more_than_rows'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
