"""Celery's broker on AWS: kombu's SQS, whose workers outlive an SQS that does not answer well."""

import logging
from typing import Any

from botocore.exceptions import ClientError
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.transport import SQS

logger = logging.getLogger(__name__)


class Connection(AsyncSQSConnection):
    """
    Takes a poll that failed for one that found nothing: the next comes in a moment.

    Kombu 5.6 ends the worker instead. It raises a bare Exception for a throttled or a broken
    poll, and an AttributeError over its own answer to a time-out.
    """

    def _on_list_ready(self, parent: Any, markers: Any, operation: str, response: Any) -> Any:
        try:
            read = super()._on_list_ready  # type: ignore[misc] # its types leave this out
            return read(parent, markers, operation, response) or {}
        except Exception:
            # Without the answer's words: they may quote a message.
            logger.warning("SQS did not do %s: HTTP %s", operation, response.status)
            return {}


class Channel(SQS.Channel):
    """Reads the predefined queues by connections of ours."""

    def asynsqs(self, queue: str | None = None) -> Connection:
        known, name = self._predefined_queue_async_clients, queue or ""
        if name not in known:
            known[name] = Connection(sqs_connection=self.sqs(queue=queue), region=self.region)
        found: Connection = known[name]
        return found


class Transport(SQS.Transport):
    """What the settings name as the broker. What AWS refuses may pass: Celery connects anew."""

    Channel = Channel
    connection_errors = (*SQS.Transport.connection_errors, ClientError)
