"""What mail servers answer, in sentences that quote nothing of it but codes and ids."""

import smtplib
from collections.abc import Mapping

from django.core.mail import EmailMessage


def taken(message: EmailMessage) -> str:
    """SES says under which id it took it; its own records know the mail by that."""
    known = getattr(getattr(message, "anymail_status", None), "message_id", None)
    return f"The mail server took it as {known}." if known else "The mail server took it."


def refused_for_good(error: Exception) -> str:
    """What to say where trying again cannot help; empty where it may."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    # RFC 5321, 4.2.1: from 500 on the answer stays the same however often one asks.
    if any(code < 500 for code, _ in error.recipients.values()):
        return ""
    return "The mail server does not take mail for this address."


def fault(error: Exception) -> str:
    """What went wrong this time."""
    if code := _code(error):
        return f"The mail server did not take it: {code}."
    if isinstance(error, OSError):
        return "The mail server could not be reached."
    return f"It could not be sent: {type(error).__name__}."


def _code(error: Exception) -> str:
    """A reply of SMTP as "450", and what AWS calls an error, as "TooManyRequestsException"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(str(code) for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    answered = getattr(error, "response", None)
    said = answered.get("Error", {}) if isinstance(answered, Mapping) else {}
    return str(said.get("Code", ""))
