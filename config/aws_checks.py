"""What a deployment on AWS lacks, and what a rehearsal must not reach."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_FROM_BOOTSTRAP = "`manage.py bootstrap_aws` makes it and prints the value."


@register(Tags.security)
def check_tls_proxy(**_: Any) -> list[CheckMessage]:
    """E007: behind a proxy that ends TLS, every request would be sent to itself for ever."""
    if not _deployed() or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Error(
            "Nothing says which requests came over TLS.",
            hint="Set TLS_ENDS_AT_PROXY=true behind a load balancer that sets X-Forwarded-Proto"
            " itself, whatever the caller sent.",
            id="config.E007",
        )
    ]


@register
def check_queues(**_: Any) -> list[CheckMessage]:
    """E008: addresses of queues are made of this base."""
    if not _deployed() or settings.QUEUE_URL_BASE.endswith("/"):
        return []
    return [
        Error(
            "QUEUE_URL_BASE is missing or does not end in a slash.",
            hint="Set it to what stands before the queues' names in their addresses, such as"
            f" https://sqs.REGION.amazonaws.com/ACCOUNT/. {_FROM_BOOTSTRAP}",
            id="config.E008",
        )
    ]


@register
def check_state_machine(**_: Any) -> list[CheckMessage]:
    """E009: without it no workflow can start."""
    if not _deployed() or settings.WORKFLOW_ENGINE != "stepfunctions":
        return []
    if settings.STATE_MACHINE_ARN:
        return []
    return [
        Error(
            "STATE_MACHINE_ARN is missing.",
            hint=f"Set it to the state machine that runs approvals. {_FROM_BOOTSTRAP}",
            id="config.E009",
        )
    ]


@register
def check_bucket(**_: Any) -> list[CheckMessage]:
    """E010: files have nowhere to go."""
    if not _deployed() or settings.FILES_BUCKET:
        return []
    return [
        Error(
            "FILES_BUCKET is missing.",
            hint=f"Set it to the name of the private bucket for files. {_FROM_BOOTSTRAP}",
            id="config.E010",
        )
    ]


@register
def check_region(**_: Any) -> list[CheckMessage]:
    """E011: botocore knows no region without one of these."""
    if not _deployed() or any(
        os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")
    ):
        return []
    return [
        Error(
            "No AWS region is named.",
            hint="Set AWS_DEFAULT_REGION, such as eu-west-2.",
            id="config.E011",
        )
    ]


@register(Tags.security)
def check_rehearsal_stays_here(**_: Any) -> list[CheckMessage]:
    """E012: the rehearsal knows neither TLS nor secrets of worth, and must not write to AWS."""
    if not settings.AWS or not settings.ON_THIS_MACHINE:
        return []
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if not endpoint or urlsplit(endpoint).hostname in _LOOPBACK:
        return []
    return [
        Error(
            "The profile aws-emulated is pointed at something that is not on this machine.",
            hint="Unset AWS_ENDPOINT_URL and let `make run-aws` start an emulator, or set"
            " PROFILE=aws.",
            id="config.E012",
        )
    ]


def _deployed() -> bool:
    return bool(settings.AWS and not settings.ON_THIS_MACHINE)
