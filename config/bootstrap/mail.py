"""The identity that mails are sent as."""

from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings

from config.bootstrap.things import Place, Thing, compared
from config.env import env
from core import aws


def things(place: Place) -> Iterator[Thing]:
    """
    MAIL_IDENTITY, a domain or an address, or else the address that mails come from.

    Whoever reads that mailbox, or keeps the domain's DNS, has to confirm it to SES.
    """
    ses, identity = aws.client("sesv2"), name()
    yield Thing(
        kind="mail",
        name=f"mail identity {identity}",
        look=compared(
            lambda: bool(ses.get_email_identity(EmailIdentity=identity)),
            absent=["NotFoundException"],
        ),
        create=lambda: ses.create_email_identity(EmailIdentity=identity, Tags=place.tag_list),
        change=lambda: None,
    )


def name() -> str:
    """What mails are sent as."""
    said: str = env.str("MAIL_IDENTITY", default=parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return said
