"""The events process. Pages and API are config.wsgi: as ASGI they cost 2.7 times the CPU."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from notifications.live.application import LiveEvents  # noqa: E402  models need the setup

application = LiveEvents()
