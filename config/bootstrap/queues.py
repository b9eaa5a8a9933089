"""The queues of deploy/queues.json and their dead letters."""

import json
from collections.abc import Iterator
from typing import Any

from config.bootstrap.things import (
    Place,
    Thing,
    compared,
    demands_tls,
    merged,
    same_policy,
)
from core import aws
from core.queues import QUEUES, Queue

RETENTION = 14 * 24 * 60 * 60  # seconds: the longest SQS allows; time to mend what went wrong
STATUS_QUEUE = "execution-status"
STATUS_RULE = "execution-status"
FEEDBACK_QUEUE = FEEDBACK_TOPIC = "mail-feedback"
_ABSENT = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def things(place: Place) -> Iterator[Thing]:
    """Dead letters first: a queue names its own."""
    for queue in QUEUES.values():
        yield _thing(place, queue.dead_letters, {}, [])
        yield _thing(place, queue.name, _attributes(place, queue), _statements(place, queue))


def url_base(place: Place) -> str:
    """What stands before every queue's name in its address."""
    name = place.named(STATUS_QUEUE)
    return url(place, name).removesuffix(name)


def url(place: Place, name: str) -> str:
    """The address of a queue, as SQS says it, or as it will be once there is one."""
    sqs = aws.client("sqs")
    try:
        address: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return f"{sqs.meta.endpoint_url}/{place.account}/{name}"
    return address


def _attributes(place: Place, queue: Queue) -> dict[str, str]:
    redrive = {
        "deadLetterTargetArn": place.arn("sqs", place.named(queue.dead_letters)),
        "maxReceiveCount": queue.receives,
    }
    return {"VisibilityTimeout": str(queue.visibility), "RedrivePolicy": json.dumps(redrive)}


def _statements(place: Place, queue: Queue) -> list[dict[str, Any]]:
    rule = place.arn("events", f"rule/{place.named(STATUS_RULE)}")
    topic = place.arn("sns", place.named(FEEDBACK_TOPIC))
    senders = {
        STATUS_QUEUE: ("StatusChanges", "events.amazonaws.com", rule),
        FEEDBACK_QUEUE: ("MailFeedback", "sns.amazonaws.com", topic),
    }
    if queue.name not in senders:
        return []
    sid, service, source = senders[queue.name]
    return [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": place.arn("sqs", place.named(queue.name)),
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
    ]


def _thing(
    place: Place, queue: str, attributes: dict[str, str], statements: list[dict[str, Any]]
) -> Thing:
    sqs, name = aws.client("sqs"), place.named(queue)
    if place.has_tls:
        statements = [*statements, demands_tls([place.arn("sqs", name)], "sqs:*")]
    wanted = {"MessageRetentionPeriod": str(RETENTION), **attributes}

    def there() -> dict[str, str]:
        address = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        answer = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["All"])
        found: dict[str, str] = answer["Attributes"]
        return found

    def differences() -> dict[str, str]:
        found = there()
        changes = {k: v for k, v in wanted.items() if not _same(k, found.get(k, ""), v)}
        # A key of one's own (KmsMasterKeyId) is as good.
        if found.get("SqsManagedSseEnabled") != "true" and not found.get("KmsMasterKeyId"):
            changes["SqsManagedSseEnabled"] = "true"
        policy = merged(found.get("Policy", ""), statements)
        if statements and not same_policy(found.get("Policy", ""), policy):
            changes["Policy"] = json.dumps(policy)
        return changes

    def create() -> None:
        policy = {"Policy": json.dumps(merged("", statements))} if statements else {}
        sqs.create_queue(
            QueueName=name,
            Attributes={**wanted, "SqsManagedSseEnabled": "true", **policy},
            tags=place.tags,
        )

    def change() -> None:
        address = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=address, Attributes=differences())

    return Thing(
        kind="queues",
        name=f"queue {name}",
        look=compared(lambda: not differences(), absent=_ABSENT),
        create=create,
        change=change,
    )


def _same(attribute: str, found: str, wanted: str) -> bool:
    if attribute != "RedrivePolicy":
        return found == wanted
    return bool(found) and _redrive(found) == _redrive(wanted)


def _redrive(policy: str) -> tuple[str, int]:
    said = json.loads(policy)
    return said["deadLetterTargetArn"], int(said["maxReceiveCount"])
