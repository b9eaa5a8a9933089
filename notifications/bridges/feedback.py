"""What SES tells of mails that came back or were complained about, through SNS and SQS."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from core.strict import Unreadable, moment
from notifications.models import MailTrouble

# SES puts its own Message-ID in the place of ours, so ours goes along under this name.
_OURS = "original-message-id"
_ID = re.compile(
    r"<(?P<event>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:digest-(?P<digest>\d{1,18})@)?"
)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# An address belongs in its column, not into what the other side said of it.
_ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")


@dataclass(frozen=True, kw_only=True)
class Returned:
    """One address that takes no mail; `status_code` and `said` are the other side's."""

    address: str
    status_code: str = ""
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What became of one mail; `mail` says which deliveries it was, where that is known."""

    kind: MailTrouble.Kind
    at: datetime
    returned: tuple[Returned, ...]
    mail: Q | None = None


def read(body: Mapping[str, Any]) -> Feedback | None:
    """
    The feedback in a message's body, or None for what tells nothing against an address.

    That is all but permanent bounces and complaints: deliveries, delays, full mailboxes and
    automatic replies. SES's own form is taken, with or without SNS's envelope around it.
    https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
    Raises Unreadable for what SES never sends.
    """
    told = _unwrapped(body)
    word = told.get("notificationType") or told.get("eventType")
    if not isinstance(word, str):
        raise Unreadable("There is neither notificationType nor eventType.")
    try:
        if word == "Bounce":
            return _bounce(told)
        return _complaint(told) if word == "Complaint" else None
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"The {word.lower()} lacks what SES says of one.") from error


def _unwrapped(body: Mapping[str, Any]) -> Mapping[str, Any]:
    if body.get("Type") != "Notification":
        return body
    try:
        told = json.loads(body["Message"])
    except (KeyError, TypeError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise Unreadable("Message must be a JSON object in text.")
    return told


def _bounce(told: Mapping[str, Any]) -> Feedback | None:
    bounce = told["bounce"]
    if bounce["bounceType"] != "Permanent":
        return None
    returned = (
        Returned(
            address=_address(each),
            status_code=_status(each.get("status")),
            said=_ADDRESS.sub("•••", str(each.get("diagnosticCode") or "")),
        )
        for each in bounce["bouncedRecipients"]
        # Several may be named of whom only some failed for good.
        if not str(each.get("status") or "5").startswith("4")
    )
    return Feedback(
        kind=MailTrouble.Kind.BOUNCED,
        at=moment(bounce, "timestamp"),
        returned=tuple(returned),
        mail=_mail(told["mail"]),
    )


def _complaint(told: Mapping[str, Any]) -> Feedback | None:
    complaint = told["complaint"]
    if complaint.get("complaintFeedbackType") == "not-spam":
        return None
    return Feedback(
        kind=MailTrouble.Kind.COMPLAINED,
        at=moment(complaint, "timestamp"),
        returned=tuple(
            Returned(address=_address(each)) for each in complaint["complainedRecipients"]
        ),
        mail=_mail(told["mail"]),
    )


def _address(recipient: Mapping[str, Any]) -> str:
    """Bare, though SES says it may come as `Name <address>`."""
    given = str(recipient["emailAddress"])
    return given.rpartition("<")[2].rstrip(">").strip().lower()


def _status(given: object) -> str:
    found = _STATUS.search(str(given or ""))
    return found[0] if found else ""


def _mail(mail: Mapping[str, Any]) -> Q | None:
    """Which deliveries the mail was about, by our own Message-ID; see bridges.mail.identity."""
    for header in mail.get("headers") or []:
        if header["name"].lower() == _OURS and (found := _ID.match(header["value"].strip())):
            digest = found["digest"]
            return Q(digest_id=int(digest)) if digest else Q(event_id=found["event"])
    return None
