"""A digest: one mail about all that waited, ordered by the risk of missing a due time."""

import re

import pytest
from django.core import mail
from django.db.models.functions import Now

from notifications.bridges.mail import send_digests
from notifications.models import Delivery, PersonSettings, Preference
from notifications.services import release_due
from tests.notifications.conftest import new_task
from tests.notifications.mail.conftest import digest, notification

pytestmark = pytest.mark.django_db


def lines(message, *wanted):
    """Those of the wanted lines that the text has, in its order."""
    return [line.strip() for line in message.body.splitlines() if line.strip() in wanted]


def test_one_mail_tells_of_everything(asha):
    send_digests([digest(asha, notification(asha), notification(asha), notification(asha))])

    (message,) = mail.outbox
    assert message.to == ["asha@example.com"]
    assert message.body.count("* A question is waiting for your decision") == 3


def test_what_may_be_missed_first_stands_first(asha):
    told = [
        notification(asha, "REQUEST_CLOSED", body="news"),
        notification(asha, due_in=100, body="in 100 hours"),
        notification(asha, body="whenever"),
        notification(asha, due_in=5, body="in 5 hours"),
        notification(asha, "TASK_OVERDUE", due_in=-1, body="an hour ago"),
        notification(asha, due_in=2, body="in 2 hours"),
    ]

    send_digests([digest(asha, *told)])

    wanted = ["OVERDUE", "an hour ago", "DUE WITHIN A DAY", "in 2 hours", "in 5 hours"]
    wanted += ["DUE LATER", "in 100 hours", "WAITING FOR YOU", "whenever", "TO KNOW", "news"]
    assert lines(mail.outbox[0], *wanted) == wanted


def test_of_news_the_latest_stands_first(asha):
    told = [notification(asha, "REQUEST_CLOSED", body=f"{number}.") for number in range(3)]

    send_digests([digest(asha, *told)])

    assert lines(mail.outbox[0], "0.", "1.", "2.") == ["2.", "1.", "0."]


@pytest.mark.parametrize(
    ("every", "title", "called"),
    [
        ("HOURLY", "DUE LATER", "Your hourly digest"),
        ("DAILY", "DUE WITHIN A DAY", "Your daily digest"),
        ("WEEKLY", "DUE WITHIN A WEEK", "Your weekly digest"),
    ],
)
def test_soon_means_before_the_next_digest(asha, every, title, called):
    PersonSettings.objects.create(person=asha, digest_every=every)

    send_digests([digest(asha, notification(asha, due_in=5))])

    assert lines(mail.outbox[0], "DUE LATER", "DUE WITHIN A DAY", "DUE WITHIN A WEEK") == [title]
    assert mail.outbox[0].subject == f"{called}: 1 to do"


@pytest.mark.parametrize(
    ("held", "subject", "lead"),
    [
        ("DIGESTED", "Your daily digest: 1 to do, 1 to know", "You asked to have these together."),
        ("QUIET_HOURS", "After your quiet hours: 1 to do, 1 to know", "quiet hours and waited"),
        ("THROTTLED", "More for you: 1 to do, 1 to know", "many messages within an hour"),
    ],
)
def test_it_says_what_it_waited_for(asha, held, subject, lead):
    send_digests(
        [digest(asha, notification(asha), notification(asha, "REQUEST_CLOSED"), held=held)]
    )

    assert mail.outbox[0].subject == subject
    for part in (mail.outbox[0].body, mail.outbox[0].alternatives[0][0]):
        assert lead in part


def test_text_and_html_have_the_same_links(asha, on_our_site):
    send_digests([digest(asha, notification(asha), notification(asha, url="/tasks/2/"))])

    (message,) = mail.outbox
    text = set(re.findall(r"https://[^\s\"<]+", message.body))
    assert text == set(re.findall(r'href="([^"]+)"', message.alternatives[0][0]))
    assert {link.removeprefix("https://imprimatur.example.org") for link in text} > {
        "/requests/1/",
        "/tasks/2/",
    }


def test_no_title_leaves_the_product(asha):
    send_digests([digest(asha, notification(asha, title="Which gas law is it?"))])

    whole = mail.outbox[0].message().as_string() + mail.outbox[0].alternatives[0][0]
    assert "gas law" not in whole


def test_what_was_settled_meanwhile_is_left_out(asha):
    due = digest(asha, notification(asha, body="still"), notification(asha, body="settled"))
    Delivery.objects.filter(notification__body="settled").update(status="CANCELLED")

    send_digests([due])

    assert lines(mail.outbox[0], "still", "settled") == ["still"]


def test_where_nothing_is_left_no_mail_goes(asha):
    due = digest(asha, notification(asha))
    Delivery.objects.update(status="CANCELLED")

    send_digests([due])

    assert mail.outbox == []


def test_sending_again_sends_nothing(asha):
    due = digest(asha, notification(asha))

    send_digests([due])
    send_digests([due])

    assert len(mail.outbox) == 1
    assert Delivery.objects.get().status == "SENT"


def test_a_copy_after_a_crash_has_the_same_message_id(asha):
    due = digest(asha, notification(asha))
    send_digests([due])
    Delivery.objects.update(status="PENDING")

    send_digests([due])

    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second
    assert re.fullmatch(r"<[0-9a-f-]{36}\.digest-\d+@example\.com>", first)


def test_digests_of_one_person_are_a_thread(asha):
    send_digests([digest(asha, notification(asha)), digest(asha, notification(asha))])

    first, second = (message.message() for message in mail.outbox)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_digest_for_chat_is_not_ours_to_send(asha):
    send_digests([digest(asha, notification(asha), channel="CHAT")])

    assert mail.outbox == []


def test_a_very_long_one_says_how_much_it_leaves_out(asha):
    send_digests([digest(asha, *(notification(asha) for _ in range(53)))])

    (message,) = mail.outbox
    assert message.body.count("* A question") == 50
    assert "And 3 more, which stand in your list of notifications." in message.body


def test_nobody_who_left_gets_one(asha):
    due = digest(asha, notification(asha))
    asha.is_active = False
    asha.save(update_fields=["is_active"])

    send_digests([due])

    assert mail.outbox == []


def test_what_is_overdue_and_may_still_be_decided_stands_first(asha):
    told = [
        notification(asha, due_in=1, body="soon"),
        notification(asha, "TASK_OVERDUE", due_in=3, body="late"),
    ]

    send_digests([digest(asha, *told)])

    wanted = ["OVERDUE", "late", "DUE WITHIN A DAY", "soon"]
    assert lines(mail.outbox[0], *wanted) == wanted


def test_what_somebody_chose_to_have_together_comes_together(told, asha, deliver_all):
    for kind in ("TASK_ASSIGNED", "TASK_PASSED_ON"):
        Preference.objects.create(person=asha, kind=kind, channel="EMAIL", mode="DIGEST")
    told(new_task(asha), new_task(asha), new_task(asha))
    assert mail.outbox == []
    Delivery.objects.update(due_at=Now())

    release_due()
    deliver_all()

    (message,) = mail.outbox
    assert message.body.count("* A question is waiting for your decision") == 3
    assert set(Delivery.objects.values_list("status", flat=True)) == {"SENT"}
