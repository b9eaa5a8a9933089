"""Every try at a mail is noted, with what the server answered."""

import smtplib
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications.bridges.mail import send_digests, sending
from notifications.models import Attempt, Delivery
from notifications.services.carrying.attempting import Tried, note_attempts
from outbox.events import Permanent
from outbox.models import Event
from tests.notifications.mail.conftest import delivery, digest, notification, send_now

pytestmark = pytest.mark.django_db


class Troubled(EmailBackend):
    """A mail server that meets every mail with this error, or the connection."""

    on_opening = on_sending = None

    def open(self):
        if self.on_opening:
            raise self.on_opening

    def send_messages(self, messages):
        if self.on_sending:
            raise self.on_sending
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Troubled"

    def will(**errors):
        for name, error in errors.items():
            monkeypatch.setattr(Troubled, name, error)

    return will


def try_to_send(sent):
    """As the outbox does: what is raised is kept for a later try."""
    try:
        send_now(sent)
    except Exception as error:
        return error


def answers():
    return list(Attempt.objects.order_by("id").values_list("succeeded", "answer"))


def test_a_mail_that_went_out_was_tried_once(asha):
    sent = delivery(notification(asha))

    try_to_send(sent)

    sent.refresh_from_db()
    attempt = Attempt.objects.get()
    assert answers() == [(True, "The mail server took it.")]
    assert (sent.status, sent.answer) == ("SENT", "The mail server took it.")
    assert attempt.began_at <= attempt.ended_at == sent.sent_at


def test_the_id_that_the_mail_service_gave_is_kept(asha):
    class Status:
        message_id = "0100018f-1"

    with mock.patch.object(mail.EmailMultiAlternatives, "anymail_status", Status, create=True):
        try_to_send(delivery(notification(asha)))

    assert answers() == [(True, "The mail server took it as 0100018f-1.")]


class Throttled(Exception):
    response = {"Error": {"Code": "TooManyRequestsException", "Message": "asha@example.com"}}


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (
            smtplib.SMTPRecipientsRefused({"asha@example.com": (450, b"asha is away")}),
            "The mail server did not take it: 450.",
        ),
        (smtplib.SMTPDataError(451, b"asha"), "The mail server did not take it: 451."),
        (
            smtplib.SMTPServerDisconnected("gone"),
            "The mail server could not be reached.",
        ),
        (TimeoutError(), "The mail server could not be reached."),
        (Throttled(), "The mail server did not take it: TooManyRequestsException."),
        (KeyError("asha@example.com"), "It could not be sent: KeyError."),
    ],
    ids=["refused-for-now", "data-error", "disconnected", "timed-out", "throttled", "surprise"],
)
def test_what_may_work_later_is_noted_and_stays_on_its_way(asha, server, error, answer):
    server(on_sending=error)
    sent = delivery(notification(asha))

    assert try_to_send(sent) is error

    sent.refresh_from_db()
    assert answers() == [(False, answer)]
    assert (sent.status, sent.answer) == ("PENDING", "")


def test_a_server_that_is_away_is_a_try_of_each_mail(asha, ada, server):
    server(on_opening=ConnectionRefusedError())
    mails = [delivery(notification(person)) for person in (asha, ada)]

    with pytest.raises(ConnectionRefusedError):
        send_now(*mails)

    assert answers() == [(False, "The mail server could not be reached.")] * 2


@pytest.fixture
def refused(asha, server):
    """A mail that the server will never take."""
    server(on_sending=smtplib.SMTPRecipientsRefused({"asha@example.com": (550, b"No asha here.")}))
    sent = delivery(notification(asha))
    assert isinstance(try_to_send(sent), Permanent)
    sent.refresh_from_db()
    return sent


def test_what_is_refused_for_good_is_given_up(refused):
    said = "The mail server does not take mail for this address."

    assert (refused.status, refused.answer, refused.sent_at) == ("FAILED", said, None)
    assert answers() == [(False, said)]


def test_giving_up_is_told_once(refused):
    try_to_send(refused)

    (event,) = Event.objects.filter(name="notifications.delivery_failed")
    assert event.payload == {
        "delivery_id": refused.pk,
        "notification_id": refused.notification_id,
        "recipient_id": str(refused.recipient_id),
        "channel": "EMAIL",
        "answer": "The mail server does not take mail for this address.",
    }
    assert len(answers()) == 2


def test_what_was_given_up_is_sent_when_somebody_replays_it(refused, server):
    server(on_sending=None)

    try_to_send(refused)

    refused.refresh_from_db()
    assert refused.status == "SENT"
    assert len(mail.outbox) == 1


def test_a_replay_does_not_send_what_was_settled_meanwhile(refused, server):
    server(on_sending=None)
    refused.notification.handled_at = refused.notification.created_at
    refused.notification.save(update_fields=["handled_at"])

    try_to_send(refused)

    assert mail.outbox == []


def test_what_was_withdrawn_is_not_tried(asha):
    sent = delivery(notification(asha), status="CANCELLED")

    try_to_send(sent)

    assert (mail.outbox, answers()) == ([], [])


class Deciding(EmailBackend):
    """While a mail is sent, somebody settles what all others are about."""

    def send_messages(self, messages):
        waiting = Delivery.objects.exclude(recipient__email=messages[0].to[0])
        waiting.update(status="CANCELLED")
        return super().send_messages(messages)


def test_what_is_withdrawn_while_others_are_sent_stays_unsent(asha, ada, settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Deciding"
    monkeypatch.setattr(sending, "NOTE_EVERY", -1)

    send_now(delivery(notification(asha)), delivery(notification(ada)))

    assert [message.to for message in mail.outbox] == [["asha@example.com"]]


def test_what_went_out_while_it_was_withdrawn_is_noted_as_sent(asha):
    sent = delivery(notification(asha), status="CANCELLED")

    note_attempts([tried(sent, "SENT")])

    sent.refresh_from_db()
    assert sent.status == "SENT"


def test_a_try_at_something_that_is_gone_keeps_the_others(asha, ada):
    gone, sent = delivery(notification(ada)), delivery(notification(asha))
    Delivery.objects.filter(pk=gone.pk).delete()

    note_attempts([tried(gone, "SENT"), tried(sent, "SENT")])

    assert Attempt.objects.get().delivery == sent


def test_each_part_of_a_digest_has_its_attempt(asha):
    send_digests([digest(asha, notification(asha), notification(asha))])

    assert answers() == [(True, "The mail server took it.")] * 2


def tried(sent, status):
    at = sent.created_at
    return Tried(
        deliveries=[sent], began_at=at, ended_at=at, status=Delivery.Status(status), answer=""
    )
