"""The events process. Pages and API are config.wsgi: as ASGI they cost 2.7 times the CPU."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# Models need the setup.
from accounts.live.application import LiveEvents  # noqa: E402
from aiqueries.live.feed import QueryFeed  # noqa: E402
from config.api.problems import told  # noqa: E402
from notifications.live.feed import NotificationFeed  # noqa: E402

application = LiveEvents([NotificationFeed(), QueryFeed()], told)
