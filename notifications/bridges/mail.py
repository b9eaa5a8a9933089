"""Notifications as e-mails."""

import re
import smtplib
import time
from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models.functions import Now
from django.template.loader import render_to_string

from notifications.models import Notification
from outbox.events import Permanent

Kind = Notification.Kind

NOTE_EVERY = 0.25  # seconds; a statement for each mail took longer than writing the mail

SUBJECTS = {
    Kind.TASK_ASSIGNED: "A question is waiting for your decision",
    Kind.TASK_PASSED_ON: "A question was passed to you for a decision",
    Kind.TASK_TAKEN_AWAY: "A task of yours was given to another assessor",
    Kind.TASK_EXPIRED: "The time for a task of yours ran out",
    Kind.REVISION_REQUESTED: "Your question needs a new version",
    Kind.REQUEST_WITHDRAWN: "A request was withdrawn",
    Kind.REQUEST_CLOSED: "Your request has an outcome",
    Kind.REQUEST_REOPENED: "Your request goes on",
    Kind.REPAIR_PARKED: "Something needs seeing to",
}
_ACTIONS = {
    Kind.TASK_ASSIGNED: "Open the question",
    Kind.TASK_PASSED_ON: "Open the question",
}


_MESSAGE_ID = re.compile(r"<[0-9a-f-]{36}\.(?P<id>[0-9]{1,18})@[^>]+>")


def send(notification_ids: Iterable[int]) -> None:
    """
    Send those that have not been sent.

    A repeat sends no second mail. Only a worker that dies before it noted what it sent does, for
    the mails of its last NOTE_EVERY seconds, and those copies have the same Message-ID: over SMTP
    nobody can promise more. Raises Permanent when the server will never take a mail, and whatever
    the server raises when it may later.
    """
    waiting = Notification.objects.filter(
        pk__in=list(notification_ids), emailed_at__isnull=True, recipient__is_active=True
    ).select_related("recipient")
    sent: list[int] = []
    noted_at = time.monotonic()
    try:
        with get_connection() as server:
            for notification in waiting.order_by("pk"):
                _send_one(compose(notification, server))
                sent.append(notification.pk)
                if time.monotonic() - noted_at > NOTE_EVERY:
                    _note(sent)
                    sent, noted_at = [], time.monotonic()
    finally:
        _note(sent)


def compose(notification: Notification, server: object = None) -> EmailMultiAlternatives:
    """
    The mail about a notification: text and HTML, its only link one that opens a page.

    It tells nothing of the question: mails are kept, forwarded and read by others.
    """
    kind = Kind(notification.kind)
    words = {
        "notification": notification,
        "subject": SUBJECTS[kind],
        "link": urljoin(settings.SITE_URL, notification.url),
        "action": _ACTIONS.get(kind, "Open the request"),
    }
    message = EmailMultiAlternatives(
        subject=SUBJECTS[kind],
        body=render_to_string("notifications/mail.txt", words),
        to=[notification.recipient.email],
        connection=server,
        headers={"Message-ID": message_id(notification), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notifications/mail.html", words), "text/html")
    return message


def message_id(notification: Notification) -> str:
    """The same for every copy of the same mail (RFC 5322, 3.6.4)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{notification.event_id}.{notification.pk}@{domain}>"


def notification_id(message_id: str) -> int | None:
    """Which notification a mail with this Message-ID is about, if it is about one."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    return int(found["id"]) if found else None


def _note(sent: list[int]) -> None:
    if sent:
        Notification.objects.filter(pk__in=sent).update(emailed_at=Now())


def _send_one(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        # RFC 5321, 4.2.1: from 500 on the answer stays the same however often one asks.
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            raise Permanent("The mail server does not take mail for this address.") from refusal
        raise
