"""On every notification stands why, from the event to each attempt, in plain sentences."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from notifications import subscribers
from notifications.kinds import Because, Kind
from notifications.models import Attempt, Delivery, Notification, PersonSettings, Preference, Trace
from notifications.selectors import Voice, explain
from notifications.selectors.why.voices import reason, spoken
from tests.notifications.conftest import TITLE, assigned_to, heard, new_task
from tests.notifications.test_notify import only_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_asha(client, asha):
    client.force_login(asha)
    return client


def page(client, told):
    answer = client.get(f"/notifications/{told.pk}/why/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def explained(person):
    """What a person's only trace says to them, and the stories by channel."""
    (found,) = explain([Trace.objects.get(recipient=person)], Voice.YOU)
    return found, {story.channel: story for story in found.stories}


def test_the_page_tells_from_the_event_to_the_mail(told, as_asha, asha, ben):
    told(assigned_to(asha), actor=ben.as_actor())

    text = page(as_asha, only_of(asha))

    assert TITLE in text
    assert "You get this because you are asked to decide this question." in text
    assert "Ben Novak set it off." in text
    assert "Everybody who may decide a new task is told." in text
    assert "It became a row in your list." in text
    assert "Sent at once. That is the default." in text


def test_reading_the_page_changes_nothing(told, as_asha, asha):
    told(assigned_to(asha))

    page(as_asha, only_of(asha))

    assert only_of(asha).is_unread
    assert only_of(asha).seen_at is None


def test_anothers_page_is_not_found(told, as_asha, ada):
    told(assigned_to(ada))

    assert as_asha.get(f"/notifications/{only_of(ada).pk}/why/").status_code == 404


def test_each_row_of_the_list_leads_there(told, as_asha, asha):
    told(assigned_to(asha))

    text = as_asha.get("/notifications/").content.decode()

    assert f'href="/notifications/{only_of(asha).pk}/why/"' in text


def test_a_mail_that_was_switched_off_says_so(told, asha):
    Preference.objects.create(person=asha, kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF")

    told(assigned_to(asha))

    mail = explained(asha)[1]["EMAIL"]
    assert (mail.decided, mail.because) == ("Not sent.", ("You chose so in your settings.",))
    assert (mail.status, mail.became) == ("", "")


def test_a_digest_says_until_when_it_is_held(told, as_asha, asha):
    Preference.objects.create(person=asha, kind="TASK_ASSIGNED", channel="EMAIL", mode="DIGEST")

    told(assigned_to(asha, due_at=""))

    mail = explained(asha)[1]["EMAIL"]
    assert mail.decided == "Held."
    assert mail.because == ("You chose so in your settings.", "It waits for your digest.")
    assert mail.until == Delivery.objects.get().due_at
    assert mail.became == "It still waits for its time."
    assert "Held until" in page(as_asha, only_of(asha))


def test_quiet_hours_are_given_as_the_reason(told, asha):
    now = timezone.now()
    PersonSettings.objects.create(
        person=asha,
        quiet_from=(now - timedelta(hours=1)).time(),
        quiet_to=(now + timedelta(hours=1)).time(),
    )

    told(assigned_to(asha))

    assert explained(asha)[1]["EMAIL"].because[-1] == "It came in your quiet hours."


def test_one_that_joined_another_that_waits_says_so(told, asha):
    Preference.objects.create(person=asha, kind="TASK_ASSIGNED", channel="EMAIL", mode="DIGEST")
    told(assigned_to(asha, due_at=""), assigned_to(asha, due_at=""))

    traces = list(Trace.objects.order_by("id"))
    _, second = explain(traces, Voice.YOU)

    assert second.verdict == "It joined the row about the same thing in your list."
    assert [story.became for story in second.stories if story.channel == "EMAIL"] == [
        "A message about the same thing was waiting already; this is part of it."
    ]


@pytest.mark.parametrize(
    ("fields", "became"),
    [
        (
            {"status": "SENT", "answer": "The mail server took it."},
            "Sent. The mail server took it.",
        ),
        (
            {"status": "CANCELLED", "answer": "Ada Byron approved it."},
            "Withdrawn before it was sent. Ada Byron approved it.",
        ),
        (
            {"status": "FAILED", "answer": "The address is unknown."},
            "Given up. The address is unknown.",
        ),
        ({"status": "PENDING", "answer": ""}, "It is on its way."),
    ],
    ids=["sent", "cancelled", "failed", "pending"],
)
def test_what_became_of_a_mail(told, asha, fields, became):
    told(assigned_to(asha))

    Delivery.objects.update(**fields)

    assert explained(asha)[1]["EMAIL"].became == became


def test_each_attempt_stands_with_its_answer(told, as_asha, asha):
    told(assigned_to(asha))
    delivery = Delivery.objects.get()
    Attempt.objects.all().delete()
    for succeeded, answer in [(False, "450 Try later"), (True, "250 Ok")]:
        Attempt.objects.create(
            delivery=delivery, began_at=timezone.now(), succeeded=succeeded, answer=answer
        )

    attempts = explained(asha)[1]["EMAIL"].attempts

    assert [(each.succeeded, each.answer) for each in attempts] == [
        (False, "450 Try later"),
        (True, "250 Ok"),
    ]
    assert "not taken. 450 Try later" in page(as_asha, only_of(asha))


def test_what_was_read_and_settled_stands_in_order(told, as_asha, asha):
    told(assigned_to(asha))
    now = timezone.now()
    Notification.objects.update(
        read_at=now + timedelta(minutes=1),
        handled_at=now + timedelta(minutes=2),
        handled="You approved it.",
    )

    text = page(as_asha, only_of(asha))

    assert text.index("It came into your list.") < text.index("You read it.")
    assert text.index("You read it.") < text.index("You approved it.")


def test_a_row_from_before_reasons_were_kept_says_so(told, as_asha, asha):
    told(assigned_to(asha))
    Trace.objects.all().delete()

    assert "This is from before reasons were kept" in page(as_asha, only_of(asha))


def test_a_word_of_a_later_release_stands_for_itself():
    assert reason("FULL_MOON", Voice.YOU) == "FULL_MOON"


@pytest.mark.parametrize("because", list(Because), ids=str)
def test_every_reason_can_be_told_to_others(because):
    words = reason(because.value, Voice.THEY).lower().replace(".", "").split()

    assert not {"you", "your", "yours", "yourself"} & set(words)


@pytest.mark.parametrize(
    ("said", "of_them"),
    [
        ("You did it yourself.", "They did it themselves."),
        ("It came in your quiet hours.", "It came in their quiet hours."),
        (Kind.TASK_ASSIGNED.label, "A question waits for their decision"),
    ],
)
def test_a_sentence_to_somebody_reads_of_them(said, of_them):
    assert spoken(said, Voice.THEY) == of_them


def test_many_are_explained_in_a_few_questions(asha, ada, django_assert_num_queries):
    subscribers.tell_of_assignment([heard(new_task(asha, ada)) for _ in range(10)])
    traces = list(Trace.objects.all())

    with django_assert_num_queries(3):
        assert len(explain(traces, Voice.THEY)) == 20


def test_the_api_explains_the_same(told, asha):
    told(assigned_to(asha))
    client = APIClient()
    client.force_authenticate(asha)

    answer = client.get(f"/api/v1/notifications/{only_of(asha).pk}/why/").json()

    (event,) = answer["events"]
    assert answer["reason"] == "You get this because you are asked to decide this question."
    assert (event["event"], event["rule"]) == ("approvals.task_assigned", "asked-to-decide")
    assert (event["verdict"], event["said"]) == ("TOLD", "It became a row in your list.")
    mail = next(each for each in event["channels"] if each["channel"] == "EMAIL")
    assert (mail["outcome"], mail["because"], mail["status"]) == (
        "SEND",
        ["That is the default."],
        "SENT",
    )
    assert answer["life"][0]["text"] == "It came into your list."


def test_the_api_explains_nobody_elses(told, asha, ada):
    told(assigned_to(ada))
    client = APIClient()
    client.force_authenticate(asha)

    answer = client.get(f"/api/v1/notifications/{only_of(ada).pk}/why/")

    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
