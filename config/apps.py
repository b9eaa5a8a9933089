"""The project itself as an app, for its commands, template tags and system checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks that keep unsafe settings from being deployed."""

    name = "config"

    def ready(self) -> None:
        from config import ai_checks, aws_checks, checks  # noqa: F401
