"""Notifications as e-mails."""

import re
import smtplib
import time
from collections.abc import Sequence
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from notifications.events import EmailDue
from notifications.kinds import KINDS, Channel, Kind
from notifications.models import Delivery, Notification
from outbox.events import Permanent

NOTE_EVERY = 0.25  # seconds; a statement for each mail took longer than writing the mail

_MESSAGE_ID = re.compile(r"<[0-9a-f-]{36}\.(?P<id>[0-9]{1,18})@[^>]+>")


def send(due: Sequence[EmailDue]) -> None:
    """
    Send those that still wait to be sent.

    A repeat sends no second mail. Only a worker that dies before it noted what it sent does, for
    the mails of its last NOTE_EVERY seconds, and those copies have the same Message-ID: over SMTP
    nobody can promise more. Raises Permanent when the server will never take a mail, and whatever
    the server raises when it may later.
    """
    waiting = Delivery.objects.filter(
        pk__in=[_delivery_id(event) for event in due],
        status=Delivery.Status.PENDING,
        recipient__is_active=True,
    ).select_related("notification", "recipient")
    sent: list[Delivery] = []
    noted_at = time.monotonic()
    try:
        with get_connection() as server:
            for delivery in waiting.order_by("pk"):
                _send_one(compose(delivery, server))
                sent.append(delivery)
                if time.monotonic() - noted_at > NOTE_EVERY:
                    _note(sent)
                    sent, noted_at = [], time.monotonic()
    finally:
        _note(sent)


def _delivery_id(event: EmailDue) -> int:
    """Releases before this one knew of no deliveries: what they left behind gets one here."""
    if event.delivery_id:
        return event.delivery_id
    told = Notification.objects.filter(pk=event.notification_id).first()
    if told is None:
        return 0
    delivery, _ = Delivery.objects.get_or_create(
        recipient_id=told.recipient_id,
        event_id=told.event_id,
        channel=Channel.EMAIL,
        defaults={"notification": told, "released_at": timezone.now()},
    )
    return delivery.pk


def compose(delivery: Delivery, server: object = None) -> EmailMultiAlternatives:
    """
    The mail about a notification: text and HTML, its only link one that opens a page.

    It tells nothing of the question: mails are kept, forwarded and read by others.
    """
    notification = delivery.notification
    about = KINDS[Kind(notification.kind)]
    words = {
        "notification": notification,
        "recipient": delivery.recipient,
        "subject": about.subject,
        "link": urljoin(settings.SITE_URL, notification.url),
        "action": about.action,
    }
    message = EmailMultiAlternatives(
        subject=about.subject,
        body=render_to_string("notifications/mail.txt", words),
        to=[delivery.recipient.email],
        connection=server,
        headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notifications/mail.html", words), "text/html")
    return message


def message_id(delivery: Delivery) -> str:
    """The same for every copy of the same mail (RFC 5322, 3.6.4)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{delivery.event_id}.{delivery.notification_id}@{domain}>"


def notification_id(message_id: str) -> int | None:
    """Which notification a mail with this Message-ID is about, if it is about one."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    return int(found["id"]) if found else None


def _note(sent: Sequence[Delivery]) -> None:
    if sent:
        Delivery.objects.filter(pk__in=[each.pk for each in sent]).update(
            status=Delivery.Status.SENT, sent_at=Now()
        )


def _send_one(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        # RFC 5321, 4.2.1: from 500 on the answer stays the same however often one asks.
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            raise Permanent("The mail server does not take mail for this address.") from refusal
        raise
