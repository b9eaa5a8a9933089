"""Addresses in mails."""

from urllib.parse import urljoin

from django.conf import settings


def page(path: str) -> str:
    """A page of ours, as people reach it."""
    return urljoin(str(settings.SITE_URL), path)
