"""What bootstrap_aws asks SES about bounces, and tells it."""

import pytest
from botocore.stub import Stubber

from config.bootstrap import feedback
from config.bootstrap.things import Place, State
from core import aws

FROM = "imprimatur@example.com"
TOPIC = "arn:aws:sns:eu-west-2:123456789012:exams-mail-feedback"


@pytest.fixture
def ses(monkeypatch):
    """SES by its protocol: what is asked and answered is held against AWS's own model."""
    for name, value in (
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_ACCESS_KEY_ID", "nobody"),
        ("AWS_SECRET_ACCESS_KEY", "nothing"),
        ("MAIL_IDENTITY", FROM),
    ):
        monkeypatch.setenv(name, value)
    aws.forget()
    with Stubber(aws.client("ses")) as stub:
        yield stub
    aws.forget()


@pytest.fixture
def bounces(ses):
    place = Place(
        partition="aws", account="123456789012", region="eu-west-2", prefix="exams-", has_tls=True
    )
    return feedback.notified(place, "Bounce")


def says(ses, **attributes):
    general = {"ForwardingEnabled": True, "ComplaintTopic": "", "DeliveryTopic": ""}
    ses.add_response(
        "get_identity_notification_attributes",
        {"NotificationAttributes": {FROM: {**general, "BounceTopic": "", **attributes}}},
        {"Identities": [FROM]},
    )


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({}, State.ABSENT),
        ({"BounceTopic": f"{TOPIC}-of-others"}, State.DIFFERENT),
        ({"BounceTopic": TOPIC}, State.DIFFERENT),
        ({"BounceTopic": TOPIC, "HeadersInBounceNotificationsEnabled": True}, State.AS_WANTED),
    ],
    ids=["not told", "elsewhere", "without headers", "as wanted"],
)
def test_how_it_stands(ses, bounces, attributes, state):
    says(ses, **attributes)

    assert bounces.look() == state


def test_what_ses_is_told(ses, bounces):
    which = {"Identity": FROM, "NotificationType": "Bounce"}
    ses.add_response("set_identity_notification_topic", {}, {**which, "SnsTopic": TOPIC})
    ses.add_response(
        "set_identity_headers_in_notifications_enabled", {}, {**which, "Enabled": True}
    )

    bounces.mend(State.ABSENT)

    ses.assert_no_pending_responses()
