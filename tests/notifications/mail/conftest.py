from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications.bridges.mail import send
from notifications.events import DigestDue, EmailDue
from notifications.models import Delivery, Digest, Notification


def notification(person, kind="TASK_ASSIGNED", *, due_in=None, **fields):
    """Something this person was told; `due_in` hours from now."""
    due_at = timezone.now() + timedelta(hours=due_in) if due_in is not None else None
    given = {"title": "T", "body": "", "reason": "You asked.", "url": "/requests/1/", **fields}
    return Notification.objects.create(
        recipient=person, event_id=uuid4(), kind=kind, due_at=due_at, **given
    )


def delivery(told, **fields):
    """That it goes out by e-mail."""
    return Delivery.objects.create(
        notification=told,
        recipient=told.recipient,
        event_id=told.event_id,
        channel="EMAIL",
        released_at=timezone.now(),
        **fields,
    )


def due(sent):
    """What the outbox carries for a delivery."""
    return EmailDue(
        notification_id=sent.notification_id,
        recipient_id=str(sent.recipient_id),
        kind=sent.notification.kind,
        delivery_id=sent.pk,
    )


def send_now(*sent):
    send([due(each) for each in sent])


def digest(person, *told, held="DIGESTED", channel="EMAIL"):
    """A digest about all of this, and the event that says it is due."""
    made = Digest.objects.create(recipient=person, channel=channel, due_at=timezone.now())
    for each in told:
        delivery(each, held=held, digest=made)
    return DigestDue(digest_id=made.pk, recipient_id=str(person.pk), channel=channel)


@pytest.fixture
def on_our_site(settings):
    settings.SITE_URL = "https://imprimatur.example.org"
