"""
Mails as they are sent: text and HTML, links that only open pages, and no word of the question.

Mails are kept, forwarded and read by others, and machines fetch every link in them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from notifications.bridges.mail import digesting, identity
from notifications.bridges.mail.pages import page
from notifications.kinds import KINDS, Kind
from notifications.models import Delivery, Digest, PersonSettings
from notifications.services import unsubscribing

# A template, as text and as HTML, for each shape of mail.
_SHAPES = {Kind.CHANNEL_FAILED: "channel"}


def compose(
    delivery: Delivery, server: BaseEmailBackend | None = None, *, always: Collection[Kind] = ()
) -> EmailMultiAlternatives:
    """The mail about one notification. `always` are kinds that people cannot switch off."""
    notification = delivery.notification
    kind = Kind(notification.kind)
    about = KINDS[kind]
    words = {
        "notification": notification,
        "subject": about.subject,
        "link": page(notification.url),
        "action": about.action,
        "critical": about.critical,
        "why": page(f"/notifications/{notification.pk}/why/"),
        "leave_words": "Stop e-mails like this",
    }
    headers = {
        "Message-ID": identity.message_id(delivery),
        "References": identity.thread_id(notification),
        "In-Reply-To": identity.thread_id(notification),
        **({"Importance": "high"} if about.critical else {}),
    }
    leave = _leave(delivery.recipient, {kind} - set(always))
    return _mail(_SHAPES.get(kind, "single"), delivery.recipient, words, headers, leave, server)


def compose_digest(
    digest: Digest,
    deliveries: Sequence[Delivery],
    server: BaseEmailBackend | None = None,
    *,
    always: Collection[Kind] = (),
    every: str = PersonSettings.Every.DAILY,
) -> EmailMultiAlternatives:
    """
    One mail about all of these deliveries' notifications, what may be missed first standing first.

    `every` is how often the recipient gets digests.
    """
    now = timezone.now()
    told = digesting.arranged({each.notification for each in deliveries}, now=now)
    words = {
        "subject": digesting.subject(told, deliveries, every),
        "lead": digesting.lead(deliveries),
        "sections": list(digesting.sections(told[: digesting.MOST], every=every, now=now)),
        "left_out": max(0, len(told) - digesting.MOST),
        "leave_words": "Stop e-mails about these",
    }
    headers = {
        "Message-ID": identity.digest_message_id(digest),
        "References": identity.digests_thread_id(digest),
    }
    leave = _leave(digest.recipient, {Kind(each.kind) for each in told} - set(always))
    return _mail("digest", digest.recipient, words, headers, leave, server)


def _mail(
    shape: str,
    recipient: User,
    words: Mapping[str, Any],
    headers: Mapping[str, str],
    leave: str,
    server: BaseEmailBackend | None,
) -> EmailMultiAlternatives:
    words = {
        **words,
        "recipient": recipient,
        "preferences": page("/notifications/settings/"),
        "leave": leave,
    }
    message = EmailMultiAlternatives(
        subject=words["subject"],
        body=render_to_string(f"notifications/mail/{shape}.txt", words).strip() + "\n",
        to=[recipient.email],
        connection=server,
        headers={**headers, **_machine_made(), **_one_click(leave)},
    )
    html = render_to_string(f"notifications/mail/{shape}.html", words)
    message.attach_alternative(html, "text/html")
    return message


def _machine_made() -> dict[str, str]:
    """Nobody's absence note answers it (RFC 3834, and what Exchange asks for instead)."""
    return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _one_click(leave: str) -> dict[str, str]:
    """RFC 8058: mail programs show a button of their own that sends a POST to this address."""
    if not leave:
        return {}
    return {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _leave(recipient: User, kinds: Iterable[Kind]) -> str:
    """Where mails of these kinds are stopped; empty where none of them can be."""
    kinds = [kind for kind in kinds if not KINDS[kind].critical]
    if not kinds:
        return ""
    return page(f"/notifications/unsubscribe/{unsubscribing.token(str(recipient.pk), kinds)}/")
