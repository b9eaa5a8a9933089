"""Whoever publishes wakes the relay, once it has committed: see core.notices."""

from django.db import migrations

CREATE = """
CREATE FUNCTION outbox_wake_the_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wake_the_relay AFTER INSERT ON outbox_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake_the_relay();
"""

DROP = """
DROP TRIGGER outbox_wake_the_relay ON outbox_delivery;
DROP FUNCTION outbox_wake_the_relay();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_where_events_came_from")]

    operations = [migrations.RunSQL(DROP, CREATE)]
