"""The way back from SES: bounces and complaints go to a topic, and from there into a queue."""

import json
from collections.abc import Iterator
from typing import Any

from config.bootstrap import mail
from config.bootstrap.queues import FEEDBACK_QUEUE, FEEDBACK_TOPIC
from config.bootstrap.things import Place, State, Thing, compared, merged, same_policy
from core import aws

KINDS = ("Bounce", "Complaint")


def things(place: Place) -> Iterator[Thing]:
    """A topic that SES may write to, the queue that listens, and SES told of the topic."""
    yield _topic(place)
    yield _subscription(place)
    if place.has_tls:  # no emulator can be asked what it was told
        for kind in KINDS:
            yield notified(place, kind)


def _topic(place: Place) -> Thing:
    sns, name = aws.client("sns"), place.named(FEEDBACK_TOPIC)
    arn = place.arn("sns", name)
    statement = {
        "Sid": "MailFeedback",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        # Only for identities of this account: nobody else's mails are ours to judge.
        "Condition": {"StringEquals": {"AWS:SourceAccount": place.account}},
    }

    def policy() -> str:
        found: str = sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy", "")
        return found

    def change() -> None:
        wanted = json.dumps(merged(policy(), [statement]))
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=wanted)

    def create() -> None:
        sns.create_topic(Name=name, Tags=place.tag_list)
        change()

    return Thing(
        kind="mail",
        name=f"topic {name}",
        look=compared(
            lambda: same_policy(policy(), merged(policy(), [statement])),
            absent=["NotFound", "NotFoundException"],
        ),
        create=create,
        change=change,
    )


def _subscription(place: Place) -> Thing:
    sns = aws.client("sns")
    topic = place.arn("sns", place.named(FEEDBACK_TOPIC))
    queue = place.arn("sqs", place.named(FEEDBACK_QUEUE))

    def look() -> State:
        try:
            pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
            found = [each for page in pages for each in page["Subscriptions"]]
        except sns.exceptions.NotFoundException:
            return State.ABSENT
        return State.AS_WANTED if any(_leads_to(each, queue) for each in found) else State.ABSENT

    def subscribe() -> None:
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )

    return Thing(
        kind="mail",
        name=f"topic {place.named(FEEDBACK_TOPIC)}: sends to queue {place.named(FEEDBACK_QUEUE)}",
        look=look,
        create=subscribe,
        change=subscribe,
    )


def _leads_to(subscription: dict[str, Any], queue: str) -> bool:
    return bool(subscription["Protocol"] == "sqs" and subscription["Endpoint"] == queue)


def notified(place: Place, kind: str) -> Thing:
    """
    SES is told where bounces, or complaints, go.

    In the first version of its API: the second has no word for an identity's topics.
    """
    ses, identity = aws.client("ses"), mail.name()
    topic = place.arn("sns", place.named(FEEDBACK_TOPIC))

    def look() -> State:
        answer = ses.get_identity_notification_attributes(Identities=[identity])
        found = answer["NotificationAttributes"].get(identity, {})
        if not found.get(f"{kind}Topic"):
            return State.ABSENT
        says = (found[f"{kind}Topic"], found.get(f"HeadersIn{kind}NotificationsEnabled"))
        return State.AS_WANTED if says == (topic, True) else State.DIFFERENT

    def put() -> None:
        ses.set_identity_notification_topic(
            Identity=identity, NotificationType=kind, SnsTopic=topic
        )
        # With them comes our own Message-ID, which tells which mail it was.
        ses.set_identity_headers_in_notifications_enabled(
            Identity=identity, NotificationType=kind, Enabled=True
        )

    return Thing(
        kind="mail",
        name=f"mail identity {identity}: {kind.lower()}s go to topic {FEEDBACK_TOPIC}",
        look=look,
        create=put,
        change=put,
    )
