"""What SES says of mails, as its documentation shows it."""

import json


def bounce(*addresses, at="2020-11-21T09:30:00.000Z", kind="Permanent", headers=(), **fields):
    """A bounce; `fields` are those of each recipient."""
    status = {"status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
    return {
        "notificationType": "Bounce",
        "mail": _mail(headers),
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": each, **status, **fields} for each in addresses],
            "timestamp": at,
            "feedbackId": "000001378603176d-5a4b5ad9-6f30-4198-a8c3-b1eb0c270a1d-000000",
        },
    }


def complaint(*addresses, at="2020-11-21T09:30:00.000Z", headers=(), **fields):
    return {
        "eventType": "Complaint",
        "mail": _mail(headers),
        "complaint": {
            "complainedRecipients": [{"emailAddress": each} for each in addresses],
            "timestamp": at,
            "complaintFeedbackType": "abuse",
            **fields,
        },
    }


def enveloped(told):
    """As SNS wraps it where raw delivery is off."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-west-2:123456789012:imprimatur-mail-feedback",
        "Message": json.dumps(told),
    }


def _mail(headers):
    return {
        "timestamp": "2020-11-21T09:29:00.000Z",
        "messageId": "00000137860315fd-34208509-5b74-41f3-95c5-22c1edc3c924-000000",
        "headers": [{"name": name, "value": value} for name, value in headers],
    }
