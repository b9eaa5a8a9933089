"""Bounces and complaints come back: the address is marked, and its person told in the product."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import services
from notifications.bridges.mail import message_id
from notifications.consumers import check_feedback, take_feedback
from notifications.models import Delivery, MailTrouble, Notification, Trace
from outbox.events import Permanent
from outbox.models import Event
from tests.notifications.conftest import assigned_to, new_task
from tests.notifications.feedback import bounce, complaint, enveloped


@pytest.fixture
def take(deliver_all):
    def run(*told):
        for each in told:
            take_feedback({"m-1": each})
        deliver_all()

    return run


def standing():
    return set(MailTrouble.objects.standing().values_list("address", flat=True))


def mails(person):
    return Delivery.objects.filter(recipient=person, channel="EMAIL").order_by("pk")


@pytest.mark.parametrize(
    "told",
    [
        bounce("asha@example.com"),
        enveloped(bounce("asha@example.com")),
        bounce("Asha Rao <ASHA@example.com>"),
        complaint("asha@example.com"),
    ],
    ids=["a bounce", "in an envelope", "with a name", "a complaint"],
)
def test_the_address_is_marked(take, asha, told):
    take(told)

    assert standing() == {"asha@example.com"}


def test_what_the_other_side_said_is_kept_without_the_address(take, asha):
    take(bounce("asha@example.com", diagnosticCode="smtp; 550 <asha@example.com> unknown"))

    trouble = MailTrouble.objects.get()
    assert (trouble.kind, trouble.status_code) == ("BOUNCED", "5.1.1")
    assert trouble.said == "smtp; 550 ••• unknown"


def test_its_person_is_told_in_the_product_alone(take, asha):
    take(bounce("asha@example.com"))

    told = Notification.objects.get()
    assert (told.recipient, told.kind, told.url) == (asha, "CHANNEL_FAILED", "/notifications/mail/")
    assert not mails(asha).exists()
    because = {way["channel"]: way["because"] for way in Trace.objects.get().channels}
    assert because["EMAIL"] == ["DEFAULT", "BROKEN"]


def test_mails_that_wait_are_withdrawn(take, told, asha, ben):
    told(assigned_to(asha, ben))
    Delivery.objects.update(status="PENDING")

    take(bounce("asha@example.com"))

    assert (mails(asha).get().status, mails(asha).get().answer) == (
        "CANCELLED",
        "Mail to your address comes back.",
    )
    assert mails(ben).get().status == "PENDING"


def test_later_notifications_are_not_mailed(take, told, asha):
    take(bounce("asha@example.com"))

    told(new_task(asha))

    assert not mails(asha).exists()
    assert Notification.objects.filter(kind="TASK_ASSIGNED").exists()


def test_the_same_again_is_no_news(take, asha):
    take(*[bounce("asha@example.com")] * 3, complaint("asha@example.com"))

    assert Event.objects.filter(name="notifications.mail_broke").count() == 1
    assert Notification.objects.get().times == 1


@pytest.mark.parametrize(
    "told",
    [
        bounce("asha@example.com", kind="Transient"),
        bounce("asha@example.com", kind="Undetermined"),
        bounce("asha@example.com", status="4.2.2"),
        complaint("asha@example.com", complaintFeedbackType="not-spam"),
        {"notificationType": "Delivery"},
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "Welcome."},
        bounce("nobody@example.com"),
    ],
    ids=["full", "unclear", "delayed", "no spam", "arrived", "subscribed", "nobody's"],
)
def test_what_says_nothing_against_an_address_marks_none(take, asha, told):
    take(told)

    assert not MailTrouble.objects.exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "There is neither notificationType nor eventType."),
        ({"Type": "Notification"}, "Message must be a JSON object in text."),
        ({"Type": "Notification", "Message": "[]"}, "Message must be a JSON object in text."),
        ({"notificationType": "Bounce"}, "The bounce lacks what SES says of one."),
        (
            {"notificationType": "Complaint", "complaint": []},
            "The complaint lacks what SES says of one.",
        ),
        (
            bounce("asha@example.com", at="yesterday"),
            "timestamp must be a time with its offset from UTC, in ISO 8601.",
        ),
    ],
    ids=["nothing", "no message", "a list", "no bounce", "another shape", "no time"],
)
def test_what_ses_never_sends_is_refused_for_good(body, reason):
    with pytest.raises(Permanent) as refusal:
        check_feedback(body)

    assert str(refusal.value) == reason


def test_the_mail_that_came_back_says_so_and_is_not_sent_again(take, told, asha, mailoutbox):
    told(assigned_to(asha))
    mail = mails(asha).get()
    header = ("Original-Message-ID", message_id(mail))

    take(bounce("asha@example.com", headers=[header]))

    mail.refresh_from_db()
    assert (mail.status, mail.answer) == ("SENT", "Mail to your address comes back.")


def test_once_it_works_again_mails_go_out(take, told, asha):
    take(bounce("asha@example.com"))

    assert services.mend_mail(person_id=asha.pk, actor=asha.as_actor())

    told(new_task(asha))
    assert standing() == set()
    assert mails(asha).count() == 1
    assert (
        Notification.objects.get(kind="CHANNEL_FAILED").handled == "Asha Rao says it works again."
    )


def test_word_from_before_it_was_mended_is_no_news(take, asha):
    take(bounce("asha@example.com"))
    services.mend_mail(person_id=asha.pk, actor=asha.as_actor())

    take(bounce("asha@example.com", at="2020-11-21T10:00:00.000Z"))

    assert standing() == set()


def test_a_bounce_after_that_marks_it_again(take, asha):
    take(bounce("asha@example.com"))
    services.mend_mail(person_id=asha.pk, actor=asha.as_actor())

    later = (timezone.now() + timedelta(minutes=1)).isoformat()
    take(bounce("asha@example.com", at=later))

    assert standing() == {"asha@example.com"}
    assert Notification.objects.get(kind="CHANNEL_FAILED").handled == ""


def test_another_address_is_not_in_trouble(take, told, asha):
    take(bounce("asha@example.com"))
    asha.email = "asha.rao@example.com"
    asha.save()

    told(new_task(asha))

    assert mails(asha).count() == 1


def test_nothing_is_mended_where_nothing_is_wrong(asha):
    assert services.mend_mail(person_id=asha.pk, actor=asha.as_actor()) is False
    assert not Event.objects.exists()


def test_the_page_says_what_is_wrong_and_mends_it(client, take, asha):
    take(bounce("asha@example.com", diagnosticCode="smtp; 550 <b>unknown</b>"))
    client.force_login(asha)

    text = client.get("/notifications/mail/").content.decode()
    answer = client.post("/notifications/mail/works/", follow=True)

    assert "Mail to your address comes back since" in text
    assert "550 &lt;b&gt;unknown&lt;/b&gt;" in text
    assert "You get e-mails again from now on." in answer.content.decode()
    assert "Nothing is wrong with it" in answer.content.decode()
    assert standing() == set()


def test_looking_at_the_page_mends_nothing(client, take, asha):
    take(bounce("asha@example.com"))
    client.force_login(asha)

    assert client.get("/notifications/mail/works/").status_code == 405
    assert standing() == {"asha@example.com"}


def test_an_administrator_mends_it_for_somebody(client, take, asha, admin_person):
    take(bounce("asha@example.com"))
    client.force_login(admin_person)

    client.post(
        "/admin/notifications/mailtrouble/",
        {"action": "works_again", "_selected_action": [str(asha.pk)]},
    )

    assert standing() == set()
    assert Event.objects.get(name="notifications.mail_mended").actor_label == "Admin Admin"
