"""Which queues a person means."""

from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import CommandError

from core.queues import QUEUES, handler

MESSAGE_QUEUES = [name for name, queue in QUEUES.items() if queue.kind == "messages"]


def wanted_queues(named: Sequence[str]) -> list[str]:
    """Those named, or all that are handled. Raises CommandError for what cannot be read."""
    if not settings.QUEUE_URL_BASE:
        raise CommandError(
            f"The profile {settings.PROFILE} has no queues: the workers deliver its messages."
            " Elsewhere say QUEUE_URL_BASE."
        )
    for name in named:
        if name not in MESSAGE_QUEUES:
            raise CommandError(f"There is no queue {name}; there are {', '.join(MESSAGE_QUEUES)}.")
        if handler(name) is None:
            raise CommandError(f"Nobody handles the queue {name} in this release.")
    return list(named) or [name for name in MESSAGE_QUEUES if handler(name)]
