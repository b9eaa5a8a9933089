"""A mail tells that something waits, not what, and its link only opens a page."""

import re
import smtplib
from dataclasses import replace
from unittest import mock
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications.bridges.mail import send
from notifications.events import EmailDue
from notifications.models import Delivery
from outbox.events import Permanent
from outbox.models import Delivery as Carried
from tests.notifications.conftest import (
    CHANGES,
    CLOSED,
    REASSIGNED,
    TASK,
    TITLE,
    assigned_to,
    new_task,
)
from tests.notifications.mail.conftest import delivery, notification, send_now

pytestmark = pytest.mark.django_db


def due_now():
    """What the outbox carries for every delivery that there is."""
    return [
        EmailDue(
            notification_id=delivery.notification_id,
            recipient_id=str(delivery.recipient_id),
            kind="TASK_ASSIGNED",
            delivery_id=delivery.pk,
        )
        for delivery in Delivery.objects.order_by("pk")
    ]


@pytest.fixture
def all_kinds(told, asha, ada, ben):
    """One of each mail that there is."""
    told(
        new_task(asha),
        replace(REASSIGNED, from_assessor_id=str(asha.id), to_assessor_id=str(ada.id)),
        replace(CHANGES, requester_id=str(ben.id)),
        replace(CLOSED, requester_id=str(ben.id), request_id=str(uuid4())),
    )
    return {message.to[0].partition("@")[0]: message for message in mail.outbox}


def test_the_assessor_gets_a_mail_with_a_link_to_the_review_page(told, asha, settings):
    settings.SITE_URL = "https://imprimatur.example.org"

    told(assigned_to(asha))

    (message,) = mail.outbox
    html, kind = message.alternatives[0]
    link = f"https://imprimatur.example.org/tasks/{TASK}/"
    assert message.to == ["asha@example.com"]
    assert message.subject == "A question is waiting for your decision"
    assert f"\n{link}\n" in message.body
    assert (kind, html.count(f'href="{link}"')) == ("text/html", 1)


def test_text_and_html_give_the_due_time_and_the_reason(told, asha):
    told(assigned_to(asha))

    (message,) = mail.outbox
    for part in (message.body, message.alternatives[0][0]):
        assert "Due 24 November 2026, 10:30 UTC." in part
        assert "You get this because you are asked to decide this question." in part


def test_assessors_and_requesters_get_the_mails_they_should(all_kinds):
    assert sorted((message.to[0], message.subject) for message in mail.outbox) == [
        ("ada@example.com", "A question was passed to you for a decision"),
        ("asha@example.com", "A question is waiting for your decision"),
        ("ben@example.com", "Your question needs a new version"),
        ("ben@example.com", "Your request has an outcome"),
    ]


def test_no_mail_holds_a_word_of_the_question(all_kinds):
    for message in mail.outbox:
        whole = message.message().as_string() + message.body + message.alternatives[0][0]
        assert TITLE not in whole
        assert "gas law" not in whole
        assert "Physics" not in whole


def test_every_link_is_a_page_of_ours(all_kinds, settings):
    for message in mail.outbox:
        links = re.findall(r"https?://[^\s\"<]+", message.body + message.alternatives[0][0])
        assert links
        assert all(link.startswith(settings.SITE_URL + "/") for link in links)
        assert all("?" not in link and "token" not in link for link in links)


def test_a_name_with_markup_is_escaped_in_html_only(told, asha):
    asha.name = "<b>Asha</b> & Co"
    asha.save(update_fields=["name"])

    told(assigned_to(asha))

    (message,) = mail.outbox
    assert "Hello <b>Asha</b> & Co," in message.body
    assert "Hello &lt;b&gt;Asha&lt;/b&gt; &amp; Co," in message.alternatives[0][0]


def test_a_sent_mail_is_noted(told, asha):
    told(assigned_to(asha))

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.sent_at is None) == ("SENT", False)


def test_mails_sent_before_a_failure_are_noted(told, refusing, asha, ada):
    with mock.patch.object(Refusing, "code", 450):
        told(new_task(asha), new_task(ada))

    noted = Delivery.objects.filter(status="SENT")
    assert list(noted.values_list("recipient__email", flat=True)) == ["asha@example.com"]
    assert [message.to for message in mail.outbox] == [["asha@example.com"]]


def test_many_mails_are_noted_together(told, asha, django_assert_num_queries):
    told(*[new_task(asha) for _ in range(20)])
    Delivery.objects.update(status="PENDING")
    due = due_now()
    mail.outbox.clear()

    with django_assert_num_queries(5):
        send(due)

    assert len(mail.outbox) == 20


def test_sending_again_sends_nothing(told, asha):
    told(assigned_to(asha))

    send(due_now())

    assert len(mail.outbox) == 1


def test_a_copy_after_a_crash_has_the_same_message_id(told, asha):
    told(assigned_to(asha))
    Delivery.objects.update(status="PENDING")

    send(due_now())

    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second
    assert re.fullmatch(r"<[0-9a-f-]{36}\.\d+@example\.com>", first)


def test_nobody_who_left_is_mailed(told, asha):
    told(assigned_to(asha))
    Delivery.objects.update(status="PENDING")
    asha.is_active = False
    asha.save(update_fields=["is_active"])
    mail.outbox.clear()

    send(due_now())

    assert mail.outbox == []


class Refusing(EmailBackend):
    """A mail server that answers Ada's address with `code`."""

    code = 550

    def send_messages(self, messages):
        if messages[0].to == ["ada@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"ada@example.com": (self.code, b"No.")})
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"


def test_an_address_that_the_server_refuses_for_good_is_given_up(told, refusing, asha, ada):
    told(assigned_to(ada, asha))

    dead = Carried.objects.dead().get()
    assert [message.to for message in mail.outbox] == [["asha@example.com"]]
    assert dead.attempts == 1
    assert "does not take mail" in dead.error


def test_an_address_that_the_server_may_take_later_is_tried_again(told, refusing, asha, ada):
    with mock.patch.object(Refusing, "code", 450):
        told(assigned_to(ada, asha))

    waiting = Carried.objects.get(status="WAITING")
    assert [message.to for message in mail.outbox] == [["asha@example.com"]]
    assert waiting.subscriber == "notifications.send_emails"


def test_refusals_raise_permanent(told, refusing, ada):
    told(assigned_to(ada))

    with pytest.raises(Permanent):
        send(due_now())


def test_mails_about_one_question_are_a_thread(told, asha):
    told(new_task(asha), new_task(asha), new_task(asha, question_id=str(uuid4())))

    first, second, other = (message.message() for message in mail.outbox)
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert other["References"] != first["References"]


def test_a_thread_is_one_persons(told, asha, ada):
    told(assigned_to(asha, ada))

    assert len({message.message()["References"] for message in mail.outbox}) == 2


def test_no_absence_note_answers_a_mail(told, asha):
    told(assigned_to(asha))

    message = mail.outbox[0].message()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_text_comes_before_html_and_says_the_same_links(told, asha):
    told(assigned_to(asha))

    text, html = mail.outbox[0].message().get_payload()
    links = set(re.findall(r"http[^\s\"<]+", mail.outbox[0].body))
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert links == set(re.findall(r'href="([^"]+)"', mail.outbox[0].alternatives[0][0]))


def test_a_channel_that_failed_is_told_in_words_of_its_own(asha):
    told = notification(asha, "CHANNEL_FAILED", body="The webhook “Marks” is off.")

    send_now(delivery(told))

    message = mail.outbox[0].message()
    assert "Until it works again you are told in the product" in mail.outbox[0].body
    assert message["Importance"] == "high"
