"""Addresses that take no mail: marked when mail comes back, until somebody says they work again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from core.actor import SYSTEM, Actor
from notifications.events import MailBroke, MailMended
from notifications.kinds import Channel
from notifications.models import Delivery, MailTrouble
from outbox.publishing import publish

# What stands on a mail that was not sent, or came back, for its recipient to read.
ANSWERS = {
    MailTrouble.Kind.BOUNCED: "Mail to your address comes back.",
    MailTrouble.Kind.COMPLAINED: "Our mail was reported as unwanted.",
}


@transaction.atomic
def mark_broken(
    *, address: str, kind: MailTrouble.Kind, at: datetime, status_code: str = "", said: str = ""
) -> bool:
    """
    Note that this address takes no mail, and withdraw the mails that are on their way to it.

    Returns whether that is news. Nobody's address is none, and neither is word that is older than
    somebody's saying that it works again.
    """
    person = User.objects.filter(email=address.lower(), is_active=True)
    found = person.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        return False
    trouble = MailTrouble(
        person=found,
        address=found.email,
        kind=kind,
        status_code=status_code[:11],
        said=said[:255],
        happened_at=at,
    )
    known = MailTrouble.objects.filter(person=found).first()
    if known is not None and not known.is_news(trouble):
        return False
    trouble.noted_at = Now()
    trouble.save(force_insert=known is None)
    Delivery.objects.filter(
        recipient=found, channel=Channel.EMAIL, status=Delivery.Status.PENDING
    ).update(status=Delivery.Status.CANCELLED, answer=ANSWERS[kind])
    event = MailBroke(user_id=str(found.pk), kind=kind.value, status_code=trouble.status_code)
    publish(event, actor=SYSTEM)
    return True


def note_returned(*, mail: Q, address: str, kind: MailTrouble.Kind) -> None:
    """
    Note of the mail that did not arrive, or was not wanted, why; `mail` says which deliveries.

    It stays sent, or a repeat would send it again.
    """
    sent = Delivery.objects.filter(mail, channel=Channel.EMAIL, status=Delivery.Status.SENT)
    sent.filter(recipient__email=address.lower()).update(answer=ANSWERS[kind])


@transaction.atomic
def mend_mail(*, person_id: UUID, actor: Actor) -> bool:
    """Send mails to this person again: somebody says that the address works; was it marked?"""
    trouble = MailTrouble.objects.filter(person=person_id, mended_at=None)
    if not trouble.update(mended_at=Now()):
        return False
    publish(MailMended(user_id=str(person_id)), actor=actor)
    return True
