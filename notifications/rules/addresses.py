"""Rules for addresses that take no mail."""

from collections.abc import Iterator

from notifications.events import MailBroke, MailMended
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, rule
from outbox.events import Envelope

_BODIES = {
    "BOUNCED": "The mail server of your address takes no mail for you, so none is sent any more.",
    "COMPLAINED": "A mail of ours was reported as unwanted, so none is sent to you any more.",
}


@rule("mail-broke", MailBroke, says="Whose mail comes back is told so in the product.")
def of_broken_mail(event: MailBroke, envelope: Envelope) -> Iterator[Said]:
    yield Note(
        recipient_id=event.user_id,
        kind=Kind.CHANNEL_FAILED,
        title="You get no e-mails at present",
        body=_BODIES.get(event.kind, ""),
        reason="You get this because the address is yours.",
        url="/notifications/mail/",
        cause=_cause(event.user_id),
    )


@rule("mail-mended", MailMended, says="What told of an address withdraws once it works again.")
def of_mended_mail(event: MailMended, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=_cause(event.user_id), said=f"{envelope.actor.label} says it works again.")


def _cause(user_id: str) -> str:
    return f"mail:{user_id}"
