"""Who is reminded, nagged and told that somebody else is late."""

from dataclasses import replace

import pytest

from approvals.events import TaskDecided, TaskExpired, TaskOverdue, TaskReminderDue
from notifications.models import Notification
from tests.notifications.conftest import QUESTION, REQUEST, TASK, TITLE, assigned_to

pytestmark = pytest.mark.django_db

REMINDER = TaskReminderDue(
    task_id=TASK,
    request_id=REQUEST,
    question_id=QUESTION,
    question_title=TITLE,
    subject="Physics",
    requester_id="",
    assessor_ids=[],
    group="",
    stage=0,
    due_at="2026-11-24T10:30:00+00:00",
)
OVERDUE = TaskOverdue(**{**REMINDER.payload(), "closes_at": "2026-11-25T10:30:00+00:00"})


def only_of(person):
    return Notification.objects.get(recipient=person)


def remind(*people, **fields):
    return replace(REMINDER, assessor_ids=[str(person.pk) for person in people], **fields)


def overdue(*people, escalated=(), **fields):
    return replace(
        OVERDUE,
        assessor_ids=[str(person.pk) for person in people],
        escalated_ids=[str(person.pk) for person in escalated],
        **fields,
    )


def test_a_reminder_takes_the_place_of_the_tasks_own_row(told, asha):
    told(assigned_to(asha))
    told(remind(asha))

    row = only_of(asha)
    assert row.kind == "TASK_REMINDER"
    assert row.title == f"Due soon: {TITLE}"
    assert row.body == "Due 24 November 2026, 10:30 UTC."
    assert row.reason == "You get this because you are asked to decide this question."
    assert (row.url, row.times, row.is_unread) == (f"/tasks/{TASK}/", 2, True)


def test_a_group_is_reminded_as_a_group(told, asha):
    told(remind(asha, group="Physics panel"))

    assert "the group Physics panel is asked" in only_of(asha).reason


def test_who_is_late_hears_until_when_a_verdict_counts(told, asha):
    told(overdue(asha))

    row = only_of(asha)
    assert (row.kind, row.title) == ("TASK_OVERDUE", f"Overdue: {TITLE}")
    assert row.body == (
        "It was due 24 November 2026, 10:30 UTC. "
        "A verdict counts until 25 November 2026, 10:30 UTC."
    )
    assert row.url == f"/tasks/{TASK}/"


def test_whom_the_policy_names_is_led_to_the_request(told, asha, ada):
    told(overdue(asha, escalated=[ada]))

    row = only_of(ada)
    assert row.url == f"/requests/{REQUEST}/"
    assert row.reason == "You get this because the policy has you told when a decision is overdue."


def test_who_is_asked_and_named_as_well_is_told_as_one_who_is_asked(told, asha):
    told(overdue(asha, escalated=[asha]))

    assert only_of(asha).url == f"/tasks/{TASK}/"


def test_a_decision_withdraws_all_of_it(told, asha, ada, ben):
    told(overdue(asha, escalated=[ada]))

    told(
        TaskDecided(
            task_id=TASK,
            request_id=REQUEST,
            question_id=QUESTION,
            question_title=TITLE,
            requester_id=str(ben.pk),
            assessor_id=str(asha.pk),
            verdict="APPROVED",
            outcome="APPROVED",
            digest="",
        ),
        actor=asha.as_actor(),
    )

    assert only_of(ada).handled == "Asha Rao approved it."
    assert not Notification.objects.unread().exists()


def expired(*escalated):
    return TaskExpired(
        task_id=TASK,
        request_id=REQUEST,
        question_id=QUESTION,
        question_title=TITLE,
        requester_id="",
        assessor_ids=[],
        escalated_ids=[str(person.pk) for person in escalated],
    )


def test_expiry_withdraws_the_reminder(told, asha):
    told(remind(asha))
    told(expired())

    assert only_of(asha).handled == "The time to decide ran out."


def test_whom_the_policy_names_hears_that_nobody_decided(told, ada):
    told(expired(ada))

    row = only_of(ada)
    assert row.title == f"Not decided in time: {TITLE}"
    assert row.is_unread


def test_no_word_of_the_question_stands_in_what_goes_into_mails(told, asha, ada):
    told(remind(asha), overdue(asha, escalated=[ada]), expired(ada))

    for row in Notification.objects.all():
        assert TITLE not in row.body + row.reason
