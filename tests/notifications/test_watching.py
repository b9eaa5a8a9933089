"""Who watches hears of every step they may see; who mutes hears of what waits for them alone."""

from dataclasses import replace
from uuid import uuid4

import pytest

from approvals.events import TaskClaimed, TaskDecided, TaskOverdue, TaskReleased
from notifications import services, subscribers
from notifications.exceptions import NothingToWatch
from notifications.models import Notification, Trace, Watch
from outbox.models import Event
from tests.approvals.conftest import CONTENT, decide
from tests.approvals.conftest import submit as submit
from tests.notifications.conftest import heard, new_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(submit, deliver_all, mailoutbox):
    """Ben's request, with a task of Asha's, and what was told of it forgotten."""
    request = submit()
    deliver_all()
    Trace.objects.all().delete()
    Notification.objects.all().delete()
    mailoutbox.clear()
    return request


def watch(person, question=None, mode="WATCH", *, of=None):
    kind, key = ("person", of.pk) if of else ("question", question.pk)
    services.watch_thing(person=person, kind=kind, thing_id=str(key), mode=mode)


def assignment(asked, *people):
    """What tells people of a task on this request."""
    return new_task(
        *people,
        question_id=str(asked.question_id),
        request_id=str(asked.pk),
        requester_id=str(asked.requester_id),
    )


def of(person):
    return Notification.objects.get(recipient=person)


def test_whoever_watches_a_question_is_told_of_each_step(asked, deliver_all, vera, asha):
    watch(vera, asked.question)

    decide(asked.tasks.get(), asha)
    deliver_all()

    told = of(vera)
    assert (told.kind, told.url) == ("WATCHED", f"/requests/{asked.pk}/")
    assert told.title == "Moved on: What is 2 + 2?"
    assert told.body == "It is approved."
    assert told.reason == "You get this because you watch this question."
    rules = Trace.objects.filter(recipient=vera).order_by("id").values_list("rule", flat=True)
    assert list(rules)[-2:] == ["watched-decided", "watched-closed"]


def about(asked):
    return {
        "task_id": str(uuid4()),
        "request_id": str(asked.pk),
        "question_id": str(asked.question_id),
        "requester_id": str(asked.requester_id),
        "question_title": "What is 2 + 2?",
    }


def overdue_task(asked):
    """With nobody to tell but watchers."""
    return TaskOverdue(
        **about(asked),
        subject="Maths",
        assessor_ids=[],
        group="",
        stage=0,
        due_at="2026-11-21T10:00:00+00:00",
        closes_at="2026-11-22T10:00:00+00:00",
    )


def test_a_seat_that_is_taken_is_a_step(asked, told, vera, ada):
    watch(vera, asked.question)

    told(TaskClaimed(**about(asked), assessor_id=str(ada.pk)), actor=ada.as_actor())

    assert of(vera).body == "Ada Okafor took a seat to decide it."


def test_a_seat_that_is_given_back_is_a_step(asked, told, vera, ada):
    watch(vera, asked.question)

    told(TaskReleased(**about(asked), assessor_id=str(ada.pk)), actor=ada.as_actor())

    assert of(vera).body == "Ada Okafor gave the seat back."


def test_an_overdue_decision_is_a_step_once(asked, told, vera):
    watch(vera, asked.question)
    overdue = overdue_task(asked)

    told(overdue, replace(overdue, number=1))

    assert (of(vera).body, of(vera).times) == ("A decision on it is overdue.", 1)


def test_several_steps_are_one_row(asked, told, vera):
    watch(vera, asked.question)

    told(assignment(asked), assignment(asked))

    assert of(vera).times == 2


def test_whoever_watches_a_person_is_told_of_their_requests(asked, told, vera, ben):
    watch(vera, of=ben)

    told(assignment(asked))

    assert of(vera).reason == "You get this because you watch the work of Ben Novak."


def test_watching_both_tells_once(asked, told, vera, ben):
    watch(vera, of=ben)
    watch(vera, asked.question)

    told(assignment(asked))

    assert of(vera).times == 1
    assert of(vera).reason == "You get this because you watch this question."


def test_whoever_may_not_see_it_is_not_told(asked, told, ada):
    Watch.objects.create(person=ada, thing=f"question:{asked.question_id}", mode="WATCH")

    told(assignment(asked))

    assert not Notification.objects.filter(recipient=ada).exists()


def test_what_concerns_a_watcher_themselves_is_said_as_such(asked, told, asha):
    watch(asha, asked.question)

    told(assignment(asked, asha))

    assert of(asha).kind == "TASK_ASSIGNED"


def test_ones_own_acts_are_no_news(asked, told, vera):
    watch(vera, asked.question)

    told(assignment(asked), actor=vera.as_actor())

    assert not Notification.objects.filter(recipient=vera).exists()
    assert Trace.objects.get(recipient=vera).because == "OWN_ACT"


def test_the_nearest_thing_counts(asked, told, vera, ben):
    watch(vera, of=ben, mode="MUTE")
    watch(vera, asked.question)

    told(assignment(asked))

    assert of(vera).kind == "WATCHED"


def test_what_one_may_not_see_cannot_be_watched(asked, cleo):
    with pytest.raises(NothingToWatch):
        watch(cleo, asked.question)

    assert not Watch.objects.exists()


@pytest.mark.parametrize(("kind", "key"), [("question", "x"), ("person", "x"), ("policy", "1")])
def test_what_is_no_such_thing_cannot_be_watched(asha, kind, key):
    with pytest.raises(NothingToWatch):
        services.watch_thing(person=asha, kind=kind, thing_id=key, mode="WATCH")


def test_an_assessor_may_watch_the_work_of_whom_they_were_told(asked, told, asha, ben):
    told(assignment(asked, asha))

    watch(asha, of=ben)

    assert Watch.objects.get().thing == f"person:{ben.pk}"


def test_and_of_nobody_else(asha, ben):
    with pytest.raises(NothingToWatch):
        watch(asha, of=ben)


def test_each_change_of_mind_is_told_once(asked, vera):
    for mode in ("WATCH", "WATCH", "MUTE"):
        watch(vera, asked.question, mode)
    for _ in range(2):
        services.end_watch(person=vera, kind="question", thing_id=str(asked.question_id))

    names = Event.objects.filter(payload__has_key="thing").order_by("id")
    assert list(names.values_list("name", flat=True)) == [
        "notifications.thing_watched",
        "notifications.thing_muted",
        "notifications.watch_ended",
    ]
    assert not Watch.objects.exists()


def test_watchers_of_a_hundred_steps_cost_a_handful_of_statements(
    asked, vera, django_assert_max_num_queries
):
    watch(vera, asked.question)
    event = TaskDecided(
        task_id=str(asked.tasks.get().pk),
        request_id=str(asked.pk),
        question_id=str(asked.question_id),
        question_title=CONTENT.question_text,
        requester_id=str(asked.requester_id),
        assessor_id=str(vera.pk),
        verdict="APPROVED",
        outcome="",
        digest="",
    )

    with django_assert_max_num_queries(28):
        subscribers.withdraw_after_decision([heard(event) for _ in range(100)])

    assert of(vera).times == 100
