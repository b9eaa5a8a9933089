"""The Celery application that workers and the timer run."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("imprimatur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def look_after_connections(**_: Any) -> None:
    """Before a task as before a request: what is too old or broken is closed, the rest is kept."""
    close_old_connections()
