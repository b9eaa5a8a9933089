"""Mail by Amazon SES."""

from typing import Any

from anymail.backends import amazon_ses
from django.core.mail import EmailMessage

from core import aws
from notifications.mailbox import MailboxBackend


class SesBackend(amazon_ses.EmailBackend):  # type: ignore[misc] # it has no types
    """
    Sends by SES, and says our Message-ID under a second name.

    SES puts its own Message-ID in the place of ours, by which copies are known to be copies
    (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).
    """

    client: Any

    def open(self) -> bool:
        """Take the process's client: making one costs as much as ten mails."""
        if self.client:
            return False
        self.client = aws.client("sesv2")
        return True

    def close(self) -> None:
        """Let it be: others send by it, too."""
        self.client = None

    def _send(self, message: EmailMessage) -> Any:
        ours = message.extra_headers.get("Message-ID")
        if ours:
            message.extra_headers["Original-Message-ID"] = ours
        return super()._send(message)


class EmulatedSesBackend(SesBackend):
    """Sends to the emulator, and keeps a copy for the mailbox page: nobody reads mail there."""

    def _send(self, message: EmailMessage) -> Any:
        sent = super()._send(message)
        if sent:
            MailboxBackend().send_messages([message])
        return sent
