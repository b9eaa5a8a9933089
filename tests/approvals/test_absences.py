"""Being away, and who stands in."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from approvals import services
from approvals.exceptions import (
    AbsenceNotFound,
    InvalidAbsence,
    NotAnAssessor,
    NotYours,
    OverlappingAbsence,
    UnknownPerson,
)
from approvals.models import Absence, ApprovalTask, HandOver
from approvals.services.places import substituting
from outbox.models import Event
from tests.approvals.conftest import decide, make_overdue
from tests.cast import person
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.outbox.test_claim import elsewhere

DAY = timedelta(days=1)


@pytest.fixture
def away():
    """Let somebody be away, from an hour ago for ten days unless said otherwise."""

    def make(who, substitute=None, *, days=10):
        now = timezone.now()
        return Absence.objects.create(
            person=who, starts_at=now - DAY / 24, ends_at=now + days * DAY, substitute=substitute
        )

    return make


@pytest.fixture
def waited_for(task):
    """Asha's task, which the workflow waits for."""
    ApprovalTask.objects.filter(pk=task.pk).update(task_token_generation="1")
    return task


def announce(who, *, actor=None, start=0, end=5, substitute=""):
    now = timezone.now()
    return services.announce_absence(
        person=who,
        starts_at=now + start * DAY,
        ends_at=now + end * DAY,
        substitute=substitute,
        actor=actor or who,
    )


def told(name):
    return list(Event.objects.filter(name=f"approvals.{name}").order_by("id"))


def holder(task):
    return task.assignments.active().get().assessor


def test_somebody_says_that_they_are_away(asha, ada):
    absence = announce(asha, substitute=" Ada@example.com")

    assert (absence.person, absence.substitute) == (asha, ada)
    (event,) = told("absence_announced")
    assert event.payload["user_id"] == str(asha.pk)
    assert event.payload["substitute_id"] == str(ada.pk)


def test_an_administrator_says_it_for_somebody(asha, admin_person):
    assert announce(asha, actor=admin_person).person == asha


def test_nobody_else_says_it_for_them(asha, ada):
    with pytest.raises(NotYours):
        announce(asha, actor=ada)

    assert not Absence.objects.exists()


def test_who_decides_nothing_is_never_away(ben):
    with pytest.raises(NotAnAssessor):
        announce(ben)


@pytest.mark.parametrize(
    ("when", "field"),
    [
        ({"start": 2, "end": 1}, "ends_at"),
        ({"start": -2, "end": -1}, "ends_at"),
        ({"start": 0, "end": 400}, "ends_at"),
    ],
    ids=["backwards", "over", "too long"],
)
def test_nobody_is_away_like_that(asha, when, field):
    with pytest.raises(InvalidAbsence) as caught:
        announce(asha, **when)

    assert caught.value.field == field


def test_a_substitute_is_an_assessor(asha, ben):
    with pytest.raises(UnknownPerson):
        announce(asha, substitute=ben.email)


def test_nobody_stands_in_for_themselves(asha):
    with pytest.raises(InvalidAbsence):
        announce(asha, substitute=asha.email)


def test_two_absences_do_not_overlap(asha):
    announce(asha, start=1, end=3)

    with pytest.raises(OverlappingAbsence):
        announce(asha, start=2, end=5)


def test_one_may_follow_the_other(asha):
    first = announce(asha, start=1, end=3)

    services.announce_absence(
        person=asha, starts_at=first.ends_at, ends_at=first.ends_at + DAY, actor=asha
    )

    assert Absence.objects.count() == 2


def test_who_is_back_early_says_so(away, asha):
    absence = away(asha)

    services.end_absence(absence_id=absence.pk, actor=asha)

    assert not Absence.objects.at(timezone.now()).exists()
    assert len(told("absence_ended")) == 1


def test_what_has_not_begun_is_gone(asha):
    absence = announce(asha, start=1)

    services.end_absence(absence_id=absence.pk, actor=asha)

    assert not Absence.objects.exists()


def test_nobody_ends_anothers_absence(away, asha, ada):
    absence = away(asha)

    with pytest.raises(AbsenceNotFound):
        services.end_absence(absence_id=absence.pk, actor=ada)


def test_a_place_goes_to_the_substitute(away, waited_for, asha, ada):
    absence = away(asha, ada)

    assert services.hand_over_places() == 1

    (event,) = told("task_reassigned")
    waited_for.refresh_from_db()
    assert (holder(waited_for), waited_for.assigned_to) == (ada, ada)
    assert event.payload["because"] == "AWAY"
    assert event.payload["away_until"] == absence.ends_at.isoformat()
    assert event.actor_id == str(asha.pk)
    assert HandOver.objects.get().outcome == "PASSED_ON"


def test_the_substitute_may_decide(away, waited_for, asha, ada):
    away(asha, ada)
    services.hand_over_places()

    decide(waited_for, ada)

    waited_for.refresh_from_db()
    assert waited_for.status == "APPROVED"


def test_a_place_is_seen_to_once(away, waited_for, asha, ada):
    away(asha, ada)
    services.hand_over_places()

    assert services.hand_over_places() == 0
    assert len(told("task_reassigned")) == 1


def test_before_and_after_nothing_is_passed_on(away, waited_for, asha, ada):
    absence = away(asha, ada)

    assert services.hand_over_places(absence.starts_at - DAY) == 0
    assert services.hand_over_places(absence.ends_at) == 0


def test_what_somebody_is_given_while_away_goes_on_too(away, waited_for, asha, ada):
    away(ada, person("Abe Third", "assessors"))
    services.reassign_task(task_id=waited_for.pk, assigned_to=ada.email, actor=asha)

    services.hand_over_places()

    assert holder(waited_for).email == "abe@example.com"


def test_where_the_substitute_is_away_theirs_stands_in(away, waited_for, asha, ada):
    abe = person("Abe Third", "assessors")
    away(asha, ada)
    away(ada, abe)

    services.hand_over_places()

    assert holder(waited_for) == abe


def test_two_who_stand_in_for_each_other_lead_nowhere(away, waited_for, asha, ada):
    away(asha, ada)
    away(ada, asha)

    services.hand_over_places()

    assert holder(waited_for) == asha
    assert HandOver.objects.get().outcome == "NOBODY"


def test_a_substitute_who_wrote_the_question_does_not_judge_it(away, submit, asha, ada):
    ada.groups.add(*person("Abe Third", "requesters").groups.all())
    task = submit(actor=ada).tasks.get()
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha, ada)

    services.hand_over_places()

    assert holder(task) == asha


def test_a_substitute_with_a_place_of_their_own_gets_no_second_one(away, submit, asha, ada):
    stage = {"assessors": [asha.email, ada.email], "approve_n": 2}
    task = submit(assigned_to="", policy={"stages": [stage]}).tasks.get()
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha, ada)

    services.hand_over_places()

    assert task.assignments.active().count() == 2


def test_one_substitute_of_two_gets_one_place(away, submit, asha, ada):
    abe = person("Abe Third", "assessors")
    stage = {"assessors": [asha.email, ada.email], "approve_n": 2}
    task = submit(assigned_to="", policy={"stages": [stage]}).tasks.get()
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha, abe)
    away(ada, abe)

    assert services.hand_over_places() == 2

    assert {place.assessor for place in task.assignments.active()} == {abe, ada}


def test_a_claimed_place_goes_back_to_the_group(away, offered, asha, ada):
    services.claim_task(task_id=offered.pk, actor=asha)
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha, ada)

    services.hand_over_places()

    assert not offered.assignments.active().exists()
    assert told("task_released")[0].payload["open_to_ids"] == [str(ada.pk)]
    assert HandOver.objects.get().outcome == "GIVEN_BACK"


def test_where_nobody_stands_in_the_requester_is_told(away, waited_for, asha, ben):
    away(asha)

    services.hand_over_places()

    (event,) = told("assessor_away")
    assert event.payload["assessor_id"] == str(asha.pk)
    assert event.payload["escalated_ids"] == [str(ben.pk)]


def test_or_whom_the_policy_names(away, submit, asha, ada, client):
    stage = {"assessors": [asha.email], "escalate_to": [ada.email]}
    task = submit(assigned_to="", policy={"stages": [stage]}).tasks.get()
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha)

    services.hand_over_places()

    assert told("assessor_away")[0].payload["escalated_ids"] == [str(ada.pk)]
    client.force_login(ada)
    assert client.get(f"/requests/{task.request_id}/").status_code == 200


def test_who_is_back_in_time_needs_nobody(away, waited_for, asha):
    away(asha, days=2)

    services.hand_over_places()

    assert told("assessor_away") == []
    assert HandOver.objects.get().outcome == "NOBODY"


def test_a_new_task_goes_to_the_substitute_at_once(away, submit, asha, ada, deliver_all):
    away(asha, ada)
    task = submit().tasks.get()

    deliver_all()

    assert holder(task) == ada
    assert told("task_assigned")[0].payload["away_ids"] == [str(asha.pk)]
    assert [event.payload["to_assessor_id"] for event in told("task_reassigned")] == [str(ada.pk)]


def test_a_task_that_nobody_was_asked_for_yet_is_left_alone(away, task, asha, ada):
    away(asha, ada)

    assert services.hand_over_places() == 0


def test_what_is_decided_stays(away, waited_for, asha, ada):
    decide(waited_for, asha)
    away(asha, ada)

    assert services.hand_over_places() == 0


def test_what_is_late_is_passed_on_while_it_can_be(away, waited_for, asha, ada):
    make_overdue(waited_for)
    away(asha, ada)

    services.hand_over_places()

    assert holder(waited_for) == ada


def test_many_tasks_are_passed_on_in_portions(away, submit, asha, ada, monkeypatch):
    monkeypatch.setattr(substituting, "TASKS_AT_ONCE", 2)
    for _ in range(5):
        submit()
    ApprovalTask.objects.update(task_token_generation="1")
    away(asha, ada)

    assert services.hand_over_places() == 5


@pytest.mark.django_db(transaction=True)
def test_two_timers_pass_a_place_on_once(away, waited_for, asha, ada):
    away(asha, ada)

    with transaction.atomic():
        ours = services.hand_over_places()
        theirs = elsewhere(services.hand_over_places)

    assert (ours, theirs) == (1, 0)
    assert services.hand_over_places() == 0
    assert len(told("task_reassigned")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_absences_said_at_once_do_not_overlap(asha):
    refused = []

    def again():
        try:
            announce(asha)
        except OverlappingAbsence as refusal:
            refused.append(refusal.field)
        connections.close_all()

    with transaction.atomic():
        announce(asha)
        racing = threading.Thread(target=again)
        racing.start()
        wait_until_someone_waits_for_a_lock()
    racing.join(10)

    assert refused == ["starts_at"]
    assert Absence.objects.count() == 1
