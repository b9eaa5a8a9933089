"""What notifications forgets of a person."""

import pytest
from django.core.mail import get_connection

from accounts import roles
from accounts.erasure import erase_person
from core.actor import SYSTEM
from core.redaction import ERASED
from notifications import mailbox
from notifications.bridges.mail import compose, compose_digest
from notifications.erasing import forget_mails
from notifications.models import Delivery, Digest, Notification
from tests.cast import person
from tests.notifications.mail.conftest import delivery, notification

EVENT = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def mina(db):
    return person("Mina Brandt", roles.ASSESSORS)


@pytest.fixture
def sent(settings, tmp_path):
    """Tell somebody something by a mail that lies in the mailbox; return the notification."""
    settings.MAILBOX_DIR = tmp_path

    def send(who, **fields):
        given = {"event_id": EVENT, "kind": "TASK_ASSIGNED", "title": "T", "reason": "", **fields}
        notification = Notification.objects.create(recipient=who, **given)
        with get_connection("notifications.mailbox.MailboxBackend") as server:
            compose(delivery_of(notification), server).send()
        return notification

    return send


def delivery_of(notification):
    return Delivery.objects.create(
        notification=notification,
        recipient=notification.recipient,
        event_id=notification.event_id,
        channel="EMAIL",
    )


def erase(who):
    return erase_person(person_id=who.pk, actor=SYSTEM)


def recipients():
    return sorted(mail.recipients for mail in mailbox.every())


def test_what_they_were_told_is_gone(mina, asha, sent):
    sent(mina)
    kept = sent(asha)

    erased = erase(mina)

    assert Notification.objects.get() == kept
    assert erased.forgotten["notifications"] == {
        "notifications to them": 1,
        "mails in the mailbox": 1,
    }


def test_what_others_were_told_of_them_loses_the_name(mina, asha, sent):
    notification = sent(asha, body="Mina Brandt withdrew your request.", reason="mina@example.com")

    erase(mina)

    notification.refresh_from_db()
    assert (notification.body, notification.reason) == (f"{ERASED} withdrew your request.", ERASED)


def test_the_mailbox_follows_once_the_erasure_is_committed(mina, asha, ada, sent, deliver_all):
    sent(mina)
    sent(ada, body="Mina Brandt withdrew your request.")
    sent(asha, body="Due soon.")

    erase(mina)
    assert len(recipients()) == 3
    deliver_all()

    assert recipients() == ["asha@example.com"]


def test_mails_about_nothing_of_ours_stay(mina, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    (tmp_path / f"{1:016x}-00000000.eml").write_bytes(b"To: mail@example.org\n\nDigest\n")

    assert forget_mails() == 0
    assert recipients() == ["mail@example.org"]


def test_without_a_mailbox_there_is_nothing_to_forget(mina, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "none"

    erase(mina)

    assert forget_mails() == 0


def test_digests_that_named_them_leave_the_mailbox(
    mina, asha, ada, settings, tmp_path, deliver_all
):
    settings.MAILBOX_DIR = tmp_path
    for who, body in ((asha, "Mina Brandt gave it back."), (ada, "Due soon.")):
        part = delivery(notification(who, body=body))
        made = Digest.objects.create(recipient=who, channel="EMAIL", due_at=part.created_at)
        Delivery.objects.filter(pk=part.pk).update(digest=made)
        with get_connection("notifications.mailbox.MailboxBackend") as server:
            compose_digest(made, [part], server).send()

    erase(mina)
    deliver_all()

    assert recipients() == ["ada@example.com"]
