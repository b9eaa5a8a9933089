"""The dead letters of a queue, for people: read, put back, throw away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from config.consumer.channel import Channel
from core import aws
from core.actor import Actor
from outbox import messages as outbox

READ_FOR = 120  # seconds; hidden from other readers while somebody looks
BY_SQS = "Received too often: whoever had it was killed, or never came to an end with it."


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A dead letter; `id` is that of the message in its queue. The text may hold a token."""

    id: str
    reason: str
    sent_at: datetime
    text: str = field(repr=False)
    receipt: str = field(repr=False)
    is_whole: bool

    @classmethod
    def from_sqs(cls, given: dict[str, Any]) -> "Letter":
        said = {
            name: value.get("StringValue", "")
            for name, value in given.get("MessageAttributes", {}).items()
        }
        sent_at = int(given["Attributes"]["SentTimestamp"]) / 1000
        return cls(
            id=said.get("MessageId", given["MessageId"]),
            reason=said.get("Reason", BY_SQS),
            sent_at=datetime.fromtimestamp(sent_at, UTC),
            text=given["Body"],
            receipt=given["ReceiptHandle"],
            is_whole="Cut" not in said,
        )


class DeadLetters:
    """The dead letters of one queue. Everything raises botocore's errors."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._url = channel.dead_url
        self._sqs = aws.client("sqs")

    def read(self) -> list[Letter]:
        """All there are, oldest first, hidden from others until they are put down."""
        found: dict[str, Letter] = {}
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=1,
                VisibilityTimeout=READ_FOR,
                AttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            given = answer.get("Messages", [])
            if not given or all(each["MessageId"] in found for each in given):
                return sorted(found.values(), key=lambda letter: letter.sent_at)
            found |= {each["MessageId"]: Letter.from_sqs(each) for each in given}

    def put_down(self, letters: Iterable[Letter]) -> None:
        """Let others see these again."""
        for letter in letters:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def redrive(self, letters: Collection[Letter], *, actor: Actor) -> None:
        """Send these to their queue again, as new messages."""
        for letter in letters:
            self._sqs.send_message(QueueUrl=self._channel.url, MessageBody=letter.text)
            self._delete(letter)
        ids = list(dict.fromkeys(letter.id for letter in letters))
        outbox.forget_redriven(queue=self._channel.name, message_ids=ids, actor=actor)

    def drop(self, letters: Collection[Letter], *, actor: Actor) -> None:
        """Throw these away."""
        for letter in letters:
            self._delete(letter)
        ids = list(dict.fromkeys(letter.id for letter in letters))
        outbox.forget_dropped(queue=self._channel.name, message_ids=ids, actor=actor)

    def _delete(self, letter: Letter) -> None:
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
