"""Support finds what was made of any event for anybody, and why somebody was not told."""

from uuid import uuid4

import pytest
from django.db.models.functions import Now

from approvals.events import QuestionCreated
from notifications.models import Notification, Trace, Watch
from outbox.models import Delivery, Event
from tests.approvals.conftest import submit as submit
from tests.audit.trail import entry
from tests.notifications.conftest import (
    QUESTION,
    REQUEST,
    TASK,
    TITLE,
    assigned_to,
    happen,
    new_task,
)

pytestmark = pytest.mark.django_db
URL = "/notifications/traces/"
CREATED = QuestionCreated(
    question_id=QUESTION, question_title=TITLE, subject="Physics", version=1, digest=""
)


@pytest.fixture
def as_vera(client, vera):
    client.force_login(vera)
    return client


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def found(client, **asked):
    return [each.pk for each in client.get(URL, asked).context["page"].items]


@pytest.mark.parametrize("who", ["asha", "ben", "cleo"])
@pytest.mark.parametrize("place", [URL, f"{URL}1/"])
def test_it_is_for_auditors_and_administrators(client, request, who, place):
    client.force_login(request.getfixturevalue(who))

    assert client.get(place).status_code == 403


def test_traces_are_found_by_person(told, as_vera, asha, ada):
    told(new_task(asha), new_task(ada))
    trace = Trace.objects.get(recipient=ada)

    for words in (str(ada.pk), "ADA@example.com", "okaf"):
        assert found(as_vera, person=words) == [trace.pk]


def test_of_several_people_one_is_chosen(told, as_vera, asha, ada):
    told(new_task(ada))

    text = text_of(as_vera.get(URL, {"person": "a"}))

    assert "Several people fit. Whom do you mean?" in text
    assert f"?person={ada.pk}" in text


def test_nobody_of_that_name_is_said_so(as_vera):
    answer = as_vera.get(URL, {"person": "Nemo"})

    assert answer.status_code == 422
    assert "Nobody is called so." in answer.content.decode()


def test_what_is_no_event_is_said_so(as_vera):
    answer = as_vera.get(URL, {"event": "x"})

    assert answer.status_code == 422
    assert "This is no id of an event." in answer.content.decode()


def test_traces_are_found_by_event(told, as_vera, asha, ada):
    event_id, _ = told(assigned_to(asha, ada), new_task(asha))

    answer = as_vera.get(URL, {"event": event_id})

    assert {each.recipient for each in answer.context["page"].items} == {asha, ada}
    assert "approvals.task_assigned" in text_of(answer)
    assert (answer.context["event"].told, answer.context["event"].not_told) == (2, 0)


@pytest.mark.parametrize("about", [TASK, QUESTION, REQUEST, f"/questions/{QUESTION}/"])
def test_traces_are_found_by_what_they_are_about(told, as_vera, asha, about):
    told(assigned_to(asha))

    assert found(as_vera, about=about) == [Trace.objects.get().pk]


def test_and_by_nothing_else(told, as_vera, asha):
    told(assigned_to(asha))

    assert found(as_vera, about=str(uuid4())) == []


def test_a_person_who_was_not_told_is_found_by_the_question(told, as_vera, asha):
    told(assigned_to(asha), actor=asha.as_actor())

    text = text_of(as_vera.get(URL, {"about": QUESTION}))

    assert "Not told" in text


def test_a_trace_speaks_of_the_person(told, as_vera, asha):
    told(assigned_to(asha), actor=asha.as_actor())

    text = text_of(as_vera.get(f"{URL}{Trace.objects.get().pk}/"))

    assert "Why Asha Rao was not told" in text
    assert "They were not told. They did it themselves." in text


def test_a_trace_shows_what_became_of_the_row(told, as_vera, asha):
    told(assigned_to(asha))
    Notification.objects.update(handled_at=Now(), handled="You approved it.")

    text = text_of(as_vera.get(f"{URL}{Trace.objects.get().pk}/"))

    assert "They approved it." in text
    assert "Sent at once. That is the default." in text


def test_each_look_is_told_once_a_minute(told, as_vera, asha, vera):
    told(assigned_to(asha))
    trace = Trace.objects.get()

    for _ in range(2):
        as_vera.get(f"{URL}{trace.pk}/")

    look = Event.objects.get(name="notifications.traces_read")
    assert look.actor_id == str(vera.pk)
    assert look.payload == {
        "user_id": str(asha.pk),
        "event_id": str(trace.event_id),
        "about": "",
        "through": "page",
    }


def why_not(client, person, event_id):
    answer = client.get(URL, {"person": str(person.pk), "event": str(event_id)})
    text_of(answer)
    return answer.context["why_not"].reasons


def test_somebody_whom_no_rule_names(told, as_vera, asha, ben):
    (event_id,) = told(assigned_to(asha))

    reasons = why_not(as_vera, ben, event_id)

    assert reasons == (
        "No rule names them for this event.",
        "They watch neither the question nor the work of whoever asked.",
    )


def test_the_rules_that_hear_of_it_are_listed(told, as_vera, asha, ben):
    (event_id,) = told(assigned_to(asha))

    text = text_of(as_vera.get(URL, {"person": str(ben.pk), "event": str(event_id)}))

    assert "Why Ben Novak was not told" in text
    assert "Everybody who may decide a new task is told." in text
    assert "named 1 person" in text


def test_an_event_of_which_nobody_is_told(told, as_vera, ben):
    (event_id,) = told(CREATED)

    assert why_not(as_vera, ben, event_id) == ("No rule tells anybody of this kind of event.",)


def test_an_event_that_the_log_has_let_go(as_vera, ben):
    assert why_not(as_vera, ben, uuid4()) == (
        "The log does not have this event any more: events are kept for 90 days.",
    )


def test_telling_that_still_waits(as_vera, asha):
    (event_id,) = happen(assigned_to(asha))

    assert why_not(as_vera, asha, event_id)[0] == (
        "A rule names them, and telling has not been done yet: it waits for the machinery."
    )


def test_telling_that_was_given_up(as_vera, asha):
    (event_id,) = happen(assigned_to(asha))
    Delivery.objects.update(status="DEAD")

    assert why_not(as_vera, asha, event_id)[0] == (
        "A rule names them, but telling was given up; the Activity page has why."
    )


def test_telling_from_before_traces(told, as_vera, asha):
    (event_id,) = told(assigned_to(asha))
    Trace.objects.all().delete()

    assert why_not(as_vera, asha, event_id)[0] == (
        "A rule names them, but what was made of it was not kept, or they came only later."
    )


def test_somebody_who_left(told, as_vera, asha, ben):
    ben.is_active = False
    ben.save(update_fields=["is_active"])
    (event_id,) = told(assigned_to(asha))

    assert "Their account is closed." in why_not(as_vera, ben, event_id)


def test_somebody_who_did_it(told, as_vera, asha, ben):
    (event_id,) = told(assigned_to(asha), actor=ben.as_actor())

    assert "They did it themselves." in why_not(as_vera, ben, event_id)


def test_a_watcher_who_may_not_see_it(told, as_vera, asha, cleo):
    Watch.objects.create(person=cleo, thing=f"question:{QUESTION}", mode="WATCH")
    (event_id,) = told(assigned_to(asha))

    assert why_not(as_vera, cleo, event_id)[-1] == (
        "They watch it, but may not see what it happened to."
    )


def test_a_watcher_who_began_later(told, as_vera, admin_person, submit):
    request = submit()
    told()
    event_id = Event.objects.get(name="approvals.task_assigned").uuid
    Watch.objects.create(person=admin_person, thing=f"question:{request.question_id}", mode="WATCH")

    assert why_not(as_vera, admin_person, event_id)[-1] == (
        "They watch it, but began to only after it had happened."
    )


def test_somebody_who_muted_it(told, as_vera, asha, ben):
    Watch.objects.create(person=ben, thing=f"question:{QUESTION}", mode="MUTE")
    (event_id,) = told(assigned_to(asha))

    assert why_not(as_vera, ben, event_id)[-1] == "They muted it."


def test_the_entry_of_the_trail_leads_here(as_vera):
    entry(1)

    assert f"{URL}?event=" in as_vera.get("/audit/1/").content.decode()
