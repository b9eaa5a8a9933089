"""A group's task that somebody took waits for the others no more, until it is given back."""

import pytest

from approvals.events import TaskClaimed, TaskDecided, TaskReleased
from notifications.models import Delivery, Notification
from tests.notifications.conftest import QUESTION, REQUEST, TASK, TITLE, assigned_to

pytestmark = pytest.mark.django_db

FACTS = {"task_id": TASK, "request_id": REQUEST, "question_id": QUESTION, "question_title": TITLE}


def only_of(person):
    return Notification.objects.get(recipient=person)


def claimed(by, *, closed_to=(), seats=1):
    ids = [str(person.pk) for person in closed_to]
    return TaskClaimed(**FACTS, assessor_id=str(by.pk), seats=seats, closed_to_ids=ids)


def released(by, *, open_to=()):
    return TaskReleased(
        **FACTS,
        assessor_id=str(by.pk),
        group="Physics panel",
        due_at="2026-11-24T10:30:00+00:00",
        open_to_ids=[str(person.pk) for person in open_to],
    )


def test_the_others_rows_say_who_took_it(told, asha, ada):
    told(assigned_to(asha, ada))

    told(claimed(asha, closed_to=[ada]), actor=asha.as_actor())

    assert only_of(ada).handled == "Asha Rao took it."
    assert only_of(asha).is_unread


def test_of_several_places_it_was_the_last(told, asha, ada):
    told(assigned_to(asha, ada))

    told(claimed(asha, closed_to=[ada], seats=2), actor=asha.as_actor())

    assert only_of(ada).handled == "Asha Rao took the last place."


def test_while_a_place_is_free_everybody_is_still_asked(told, asha, ada):
    told(assigned_to(asha, ada))

    told(claimed(asha, seats=2), actor=asha.as_actor())

    assert only_of(ada).is_unread


def test_a_place_taken_by_deciding_withdraws_it_too(told, asha, ada, ben):
    told(assigned_to(asha, ada))
    decided = TaskDecided(
        **FACTS,
        requester_id=str(ben.pk),
        assessor_id=str(asha.pk),
        verdict="APPROVED",
        outcome="",
        digest="",
        closed_to_ids=[str(ada.pk)],
    )

    told(decided, actor=asha.as_actor())

    assert only_of(ada).handled == "Asha Rao took the last place."
    assert only_of(asha).handled == "You approved it."


def test_a_release_brings_the_row_back(told, asha, ada):
    told(assigned_to(asha, ada))
    told(claimed(asha, closed_to=[ada]), actor=asha.as_actor())

    told(released(asha, open_to=[ada]), actor=asha.as_actor())

    row = only_of(ada)
    assert (row.kind, row.handled, row.is_unread) == ("TASK_FREE_AGAIN", "", True)
    assert row.title == f"Free again: {TITLE}"
    assert row.body == "Asha Rao gave it back. Due 24 November 2026, 10:30 UTC."
    assert "the group Physics panel" in row.reason


def test_no_second_mail_goes_out_at_once(told, asha, ada):
    told(assigned_to(ada))
    told(claimed(asha, closed_to=[ada]), actor=asha.as_actor())

    told(released(asha, open_to=[ada]), actor=asha.as_actor())

    assert list(
        Delivery.objects.filter(recipient=ada, channel="EMAIL")
        .order_by("id")
        .values_list("status", "held")
    ) == [("SENT", ""), ("PENDING", "DIGESTED")]


def test_who_gave_it_back_is_told_nothing_new(told, asha, ada):
    told(assigned_to(asha, ada))
    told(claimed(asha, closed_to=[ada]), actor=asha.as_actor())

    told(released(asha, open_to=[ada]), actor=asha.as_actor())

    assert (only_of(asha).kind, only_of(asha).times) == ("TASK_ASSIGNED", 1)


def test_taken_and_given_back_many_times_it_stays_one_row(told, asha, ada):
    told(assigned_to(asha, ada))
    for _ in range(3):
        told(claimed(asha, closed_to=[ada]), actor=asha.as_actor())
        told(released(asha, open_to=[ada]), actor=asha.as_actor())

    assert (only_of(ada).times, only_of(ada).is_unread) == (4, True)


def test_an_event_of_the_release_before_closes_nothing(told, asha, ada):
    told(assigned_to(asha, ada))

    told(TaskClaimed(**FACTS, assessor_id=str(asha.pk)), actor=asha.as_actor())

    assert only_of(ada).is_unread
