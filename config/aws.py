"""What the profiles `aws` and `aws-emulated` set otherwise, in the words of the libraries."""

import os
from typing import Any

from core.queues import CELERY_QUEUES

# Short of kombu's own limit of 20 s on a request, and of a worker's patience when it stops.
LONG_POLL = 10  # seconds
PATIENCE = {"connect_timeout": 3, "read_timeout": 10}  # seconds


def settle_region() -> None:
    """Let botocore, which reads AWS_DEFAULT_REGION only, see what containers on AWS are told."""
    if "AWS_REGION" in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])


def broker_options(url_base: str, prefix: str) -> dict[str, Any]:
    """
    For kombu's SQS: queues that exist already, so that it neither lists nor makes any.

    `visibility_timeout` says nothing to SQS for such queues; Celery only compares ETAs with it.
    """
    queues = CELERY_QUEUES.values()
    return {
        "predefined_queues": {
            each.name: {"url": f"{url_base}{prefix}{each.name}"} for each in queues
        },
        "visibility_timeout": min(each.visibility for each in queues),
        "wait_time_seconds": LONG_POLL,
        "polling_interval": 0.1,  # seconds between two polls that found nothing
        "client-config": PATIENCE,
    }


def database(secret: str, ssl_mode: str) -> dict[str, Any]:
    """A server whose credentials are in Secrets Manager."""
    return {"ENGINE": "config.database", "SECRET": secret, "OPTIONS": {"sslmode": ssl_mode}}
