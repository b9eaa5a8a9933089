"""A database (and AWS) to crash on, with Django set up here for the children to come."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import psycopg2

from config.postgres import Server
from harness import consuming
from harness.cloud import Cloud
from harness.faults import left_over

# Only what a timer must do for a decision to arrive; the others look after old things.
SELDOM = 120  # seconds


class Ground:
    """Use it as a context manager."""

    def __init__(self, var, engine="local"):
        self.var = var
        self.cloud = Cloud(var, faults=False) if engine == "stepfunctions" else None
        self.workers = None  # of the consumer; each child makes its own
        self.server = Server(
            var / "postgres",
            {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
        )

    def __enter__(self):
        self.var.mkdir(parents=True, exist_ok=True)
        (self.var / "logs").mkdir(exist_ok=True)
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self):
        with (self.var / "logs" / "postgres.log").open("ab") as log:
            self.database = self.server.start(output=log)
        os.environ.update(
            VAR_DIR=str(self.var),
            DATABASE_URL=self.database,
            DJANGO_SETTINGS_MODULE="config.settings",
            ALLOWED_HOSTS="testserver",
        )
        if self.cloud is not None:
            os.environ.update(self.cloud.start())
            os.environ.update(self.cloud.bootstrap(_manage))
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        from harness.people import make

        self.tokens = make()
        self._load_everything()
        connections.close_all()

    def _load_everything(self):
        """Import what the children need once, here."""
        import logging

        from django.urls import get_resolver

        from config.celery import app

        app.loader.import_default_modules()
        app.finalize()
        assert get_resolver().url_patterns
        # What goes wrong after a crash is expected; the checker says what came of it.
        logging.disable(logging.CRITICAL)

    def __exit__(self, *_):
        if self.cloud is not None:
            self.cloud.stop()
        with suppress(Exception):
            self.server.stop()

    def timers(self):
        """The timers' tasks that come often, and the sealer."""
        from django.conf import settings

        from audit.services import seal_events
        from config.celery import app

        return [
            seal_events,
            *(
                app.tasks[entry["task"]]
                for entry in settings.CELERY_BEAT_SCHEDULE.values()
                if float(entry["schedule"]) < SELDOM
            ),
        ]

    def consume(self):
        """Take in what waits in the queues; return how many messages that were."""
        if self.cloud is None:
            return 0
        if self.workers is None:
            self.workers = consuming.workers()
        return consuming.look(self.workers)

    def left_over(self):
        """What is still to be done, in words, where others are at work too."""
        return left_over(self.database, self.cloud) if self.cloud is not None else ""

    def let_time_pass(self):
        """As if every lease and pause were over."""
        connection = psycopg2.connect(self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("UPDATE outbox_delivery SET due_at = now() WHERE status = 'WAITING'")
                cursor.execute("UPDATE accounts_apitoken SET last_used_at = NULL")
        finally:
            connection.close()
        if self.cloud is not None and any(self.cloud.left_in_queues().values()):
            time.sleep(consuming.VISIBILITY)


def _manage(*command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command], check=True, capture_output=True, text=True
    )
    return done.stdout
