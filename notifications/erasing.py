"""What notifications forgets of a person: what they were told, and others were told of them."""

from collections.abc import Collection, Iterable

from django.db.models import Model

from accounts.erasure import Counts, Leaver, forgets
from accounts.models import User
from core.redaction import ERASED, Words, redact
from notifications import mailbox
from notifications.bridges.mail import notification_ids
from notifications.mailbox import Mail
from notifications.models import (
    Closing,
    Delivery,
    Digest,
    Endpoint,
    MailTrouble,
    Message,
    Notification,
    PersonSettings,
    Preference,
    Topic,
    Trace,
    Watch,
)

# Everything that is a person's own, and by which column.
THEIRS: dict[type[Model], str] = {
    Endpoint: "owner_id",
    Trace: "recipient_id",
    Notification: "recipient_id",
    Digest: "recipient_id",
    Closing: "person_id",
    Preference: "person_id",
    PersonSettings: "person_id",
    Watch: "person_id",
    Topic: "person_id",
    MailTrouble: "person_id",
}


@forgets("notifications")
def forget_notifications(leaver: Leaver) -> Counts:
    """The rows; the mailbox's files follow once that is committed, by `forget_mails`."""
    own = Notification.objects.filter(recipient_id=leaver.id).count()
    for model, whose in THEIRS.items():
        model._default_manager.filter(**{whose: leaver.id}).delete()
    others = redact(
        Notification.objects.all(), ["title", "body", "reason", "handled"], leaver.words
    )
    redact(Closing.objects.all(), ["said"], leaver.words)
    redact(Delivery.objects.all(), ["answer"], leaver.words)
    redact(Message.objects.all(), ["data", "answer"], leaver.words)
    redact(Endpoint.objects.all(), ["name", "disabled_because"], leaver.words)
    return {
        "notifications to them": own,
        "notifications that named them": others,
        "mails in the mailbox": sum(1 for mail in mailbox.every() if _names(mail, leaver.words)),
    }


def forget_mails() -> int:
    """
    Drop the mailbox's mails to people who were erased, and about them; return how many.

    Who it was is not known any more. So this goes by what is left: a mail about a notification
    goes when its address is nobody's, or when the notification had to lose a name.
    """
    mails = list(mailbox.every())
    about = notification_ids(mail.message_id for mail in mails)
    told = [mail for mail in mails if mail.message_id in about]
    ours, lost = _addresses(told), _that_lost_a_name(frozenset().union(*about.values()))
    gone = {
        mail.name for mail in told if mail.recipients not in ours or about[mail.message_id] & lost
    }
    mailbox.remove(gone)
    return len(gone)


def _that_lost_a_name(notifications: Collection[int]) -> set[int]:
    named = Notification.objects.filter(pk__in=notifications)
    return {
        row["pk"]
        for row in named.values("pk", "body", "reason")
        if ERASED in row["body"] + row["reason"]
    }


def _addresses(mails: Iterable[Mail]) -> set[str]:
    wanted = {mail.recipients for mail in mails}
    return set(User.objects.filter(email__in=wanted).values_list("email", flat=True))


def _names(mail: Mail, words: Words) -> bool:
    return words.found_in(f"{mail.recipients}\n{mail.subject}\n{mail.text}")
