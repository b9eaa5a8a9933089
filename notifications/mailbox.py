"""The local profile's mail: every message a file, and a page that shows them."""

import email
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")


class MailboxBackend(BaseEmailBackend):
    """Writes every message to MAILBOX_DIR instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        _folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _keep(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message in the mailbox. `html` is as it was sent: show it in a sandbox only."""

    name: str
    kept_at: datetime
    sender: str
    recipients: str
    subject: str
    message_id: str
    text: str
    html: str


def newest(count: int, *, before: str = "") -> Iterator[Mail]:
    """The latest mails; with `before`, those older than the mail of that name."""
    names = [path.stem for path in _folder().glob("*.eml")]
    older = [name for name in names if not before or name < before]
    for name in sorted(older, reverse=True)[:count]:
        mail = find(name)
        if mail is not None:
            yield mail


def every() -> Iterator[Mail]:
    """All mails, one after the other."""
    return newest(sys.maxsize)


def remove(names: Iterable[str]) -> None:
    """Drop these mails, as far as they are there."""
    for name in names:
        (_folder() / f"{name}.eml").unlink(missing_ok=True)


def find(name: str) -> Mail | None:
    """The mail of this name, or None."""
    path = _folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    parsed = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(parsed, ParsedMessage)  # noqa: S101 what this policy makes
    return Mail(
        name=name,
        kept_at=datetime.fromtimestamp(int(name[:16], 16) / 1e9, tz=UTC),
        sender=str(parsed["From"]),
        recipients=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        message_id=str(parsed["Message-ID"]),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _keep(message: bytes) -> None:
    # Under another name first: whoever looks sees a whole mail or none.
    name = f"{time.time_ns():016x}-{secrets.token_hex(4)}"
    draft = f"{settings.MAILBOX_DIR}/.{name}"
    with open(draft, "wb") as file:
        file.write(message)
    os.replace(draft, f"{settings.MAILBOX_DIR}/{name}.eml")


def _part(message: ParsedMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""


def _folder() -> Path:
    return Path(settings.MAILBOX_DIR)
