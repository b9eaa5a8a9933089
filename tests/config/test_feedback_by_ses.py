"""From a mail that SES cannot deliver, through SNS and SQS, to the mark on its address."""

import json

import pytest

from config.bootstrap import feedback, mail, queues
from config.bootstrap.things import State, here
from core import aws
from core import queues as table
from notifications.consumers import take_feedback
from notifications.models import MailTrouble
from tests.cast import person
from tests.consumer.conftest import until

FROM = "imprimatur@example.com"
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def place(on_aws, monkeypatch):
    """Where SES's word comes back, as bootstrap_aws makes it."""
    monkeypatch.setenv("MAIL_IDENTITY", FROM)
    place = here()
    wanted = [each for each in queues.things(place) if queues.FEEDBACK_QUEUE in each.name]
    for thing in [*wanted, *mail.things(place), *feedback.things(place)]:
        thing.mend(thing.look())
    return place


def received():
    """The bodies of all messages in the queue."""
    url = table.url(queues.FEEDBACK_QUEUE)
    answer = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [each["Body"] for each in answer.get("Messages", [])]


def test_everything_is_as_wanted_after_one_run(place):
    assert [each.name for each in feedback.things(place) if each.look() != State.AS_WANTED] == []


@pytest.mark.parametrize("emulator", ["ministack"], indirect=True)
@pytest.mark.parametrize(("name", "kind"), [("bounce", "BOUNCED"), ("complaint", "COMPLAINED")])
def test_a_mail_that_comes_back_marks_its_address(place, name, kind):
    somebody = person("Somebody")
    somebody.email = f"{name}@simulator.amazonses.com"
    somebody.save()
    # The emulator plays SES's mailbox simulator for the first version of its API only.
    aws.client("ses").verify_email_identity(EmailAddress=FROM)
    aws.client("ses").set_identity_notification_topic(
        Identity=FROM,
        NotificationType=name.capitalize(),
        SnsTopic=place.arn("sns", place.named(queues.FEEDBACK_TOPIC)),
    )
    aws.client("ses").send_email(
        Source=FROM,
        Destination={"ToAddresses": [somebody.email]},
        Message={"Subject": {"Data": "A question is waiting"}, "Body": {"Text": {"Data": "-"}}},
    )

    bodies = []
    until(lambda: bodies.extend(received()) or bodies, 20)
    take_feedback({str(number): json.loads(body) for number, body in enumerate(bodies)})

    assert MailTrouble.objects.get(person=somebody).kind == kind
