"""One message queue on SQS, and the queue of its dead letters."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from config.consumer.reading import Message
from core import aws, queues
from core.queues import Queue

logger = logging.getLogger(__name__)

AT_ONCE = 10  # messages in one call; SQS takes no more
LONG_POLL = 3  # seconds; SIGTERM is heard after this at the latest
BATCH_BYTES = 250 * 1024  # of the 256 KiB that one call may carry, attributes included
CUT = 240 * 1024  # bytes of a body that are kept where there would be no room for the reason
LONGEST_HIDING = 12 * 3600  # seconds; a limit of SQS


class MissingQueue(Exception):
    """There is no such queue; the message is for the person at the terminal."""


class Channel:
    """What a consumer does with one queue. Everything raises botocore's errors."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.name = queue.name
        self.url = queues.url(queue.name)
        self.dead_url = queues.url(queue.dead_letters)

    def ensure_it_exists(self) -> None:
        """Raises MissingQueue unless both queues are there."""
        sqs = aws.client("sqs")
        for url in (self.url, self.dead_url):
            try:
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            except sqs.exceptions.QueueDoesNotExist:
                raise MissingQueue(
                    f"There is no queue {url} on SQS. Create the queues first"
                    " (manage.py bootstrap_aws), or look at QUEUE_URL_BASE and QUEUE_PREFIX."
                ) from None

    def receive(self) -> list[Message]:
        """Up to ten messages, hidden from others for the queue's visibility; waits LONG_POLL."""
        answer = aws.client("sqs").receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=LONG_POLL,
            VisibilityTimeout=self.queue.visibility,
            AttributeNames=["ApproximateReceiveCount"],
            MessageAttributeNames=["CorrelationId"],
        )
        return [Message.from_sqs(given) for given in answer.get("Messages", [])]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete what is done. What SQS fails to delete comes again and does no harm."""
        call = aws.client("sqs").delete_message_batch
        left = self._in_batches(call, messages)
        if left:
            left = self._in_batches(call, left)
        for message in left:
            logger.warning("Could not delete %s of %s; it will come again.", message.id, self.name)

    def hide(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        """Let nobody see the messages for so long from now; returns those that are not ours."""
        call = aws.client("sqs").change_message_visibility_batch
        return self._in_batches(call, messages, VisibilityTimeout=min(seconds, LONGEST_HIDING))

    def send_again(self, message: Message) -> None:
        """Put a copy into the queue whose readings are counted anew."""
        aws.client("sqs").send_message(
            QueueUrl=self.url, MessageBody=message.text, DelaySeconds=LONG_POLL
        )

    def send_to_dead_letters(self, reasons: Mapping[Message, str]) -> list[Message]:
        """Put copies with their reasons among the dead letters; returns those that failed."""
        sqs = aws.client("sqs")
        failed: list[Message] = []
        for portion in _portions(reasons):
            entries = [
                self._letter(number, message, reasons[message])
                for number, message in enumerate(portion)
            ]
            answer = sqs.send_message_batch(QueueUrl=self.dead_url, Entries=entries)
            failed += [portion[int(each["Id"])] for each in answer.get("Failed", [])]
        return failed

    def _letter(self, number: int, message: Message, reason: str) -> dict[str, Any]:
        said = {"Reason": reason, "SourceQueue": self.name, "MessageId": message.id}
        text = message.text
        if _size(message) > CUT:
            text = text.encode("utf-8", "surrogatepass")[:CUT].decode("utf-8", "ignore")
            said["Cut"] = "true"
        return {
            "Id": str(number),
            "MessageBody": text,
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value} for name, value in said.items()
            },
        }

    def _in_batches(
        self, call: Callable[..., Any], messages: Sequence[Message], **more: int
    ) -> list[Message]:
        """Call with ten at a time; returns the messages that SQS answers it failed with."""
        failed: list[Message] = []
        for portion in _tens(messages):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt, **more}
                for number, message in enumerate(portion)
            ]
            answer = call(QueueUrl=self.url, Entries=entries)
            for each in answer.get("Failed", []):
                logger.info("SQS failed with one of %s: %s", self.name, json.dumps(each["Code"]))
                failed.append(portion[int(each["Id"])])
        return failed


def _tens(messages: Iterable[Message]) -> Iterator[list[Message]]:
    rest = iter(messages)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion


def _portions(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """At most ten, and no more bytes than one call may carry."""
    portion: list[Message] = []
    room = BATCH_BYTES
    for message in messages:
        needed = min(_size(message), CUT) + 1024
        if portion and (len(portion) == AT_ONCE or needed > room):
            yield portion
            portion, room = [], BATCH_BYTES
        portion.append(message)
        room -= needed
    if portion:
        yield portion


def _size(message: Message) -> int:
    return len(message.text.encode("utf-8", "surrogatepass"))
