"""Who mutes hears of what waits for them, in the list alone."""

from dataclasses import replace

import pytest

from notifications.kinds import Because, Channel, Kind, Outcome
from notifications.models import Delivery, Notification, Trace
from notifications.planning import Telling, Way
from notifications.rules import Note
from tests.approvals.conftest import submit as submit
from tests.notifications.conftest import CHANGES, CLOSED, assigned_to
from tests.notifications.test_watching import asked as asked
from tests.notifications.test_watching import assignment, of, watch

pytestmark = pytest.mark.django_db


def telling(kind, because):
    return Telling(
        note=Note(
            recipient_id="", kind=kind, title="", body="", reason="", url="", cause="", rule=""
        ),
        envelope=None,
        ways=[Way(channel=Channel.EMAIL, outcome=Outcome.SEND, because=(because,))],
    )


def test_what_waits_for_somebody_who_muted_it_stays_in_the_list_alone(
    asked, told, asha, mailoutbox
):
    watch(asha, asked.question, "MUTE")

    told(assignment(asked, asha))

    assert of(asha).is_unread
    assert mailoutbox == []
    ways = {way["channel"]: way for way in Trace.objects.get(recipient=asha).channels}
    assert ways["IN_APP"]["outcome"] == "SEND"
    assert (ways["EMAIL"]["outcome"], ways["EMAIL"]["because"]) == ("DROP", ["MUTED"])


def test_of_anything_else_that_is_muted_nothing_is_told(asked, told, ben):
    watch(ben, asked.question, "MUTE")
    closed = replace(CLOSED, question_id=str(asked.question_id), requester_id=str(ben.pk))

    told(closed)

    assert not Notification.objects.filter(recipient=ben).exists()
    trace = Trace.objects.get(recipient=ben)
    assert (trace.verdict, trace.because) == ("NOT_TOLD", "MUTED")


def test_a_wanted_version_waits_for_whoever_muted_the_question(asked, told, ben, mailoutbox):
    watch(ben, asked.question, "MUTE")
    wanted = replace(CHANGES, question_id=str(asked.question_id), requester_id=str(ben.pk))

    told(wanted)

    assert of(ben).kind == "REVISION_REQUESTED"
    assert mailoutbox == []


def test_a_muted_question_of_somebody_who_is_watched_is_silent(asked, told, vera, ben):
    watch(vera, of=ben)
    watch(vera, asked.question, "MUTE")

    told(assignment(asked))

    assert Trace.objects.get(recipient=vera).because == "MUTED"


def test_muting_withdraws_what_is_on_its_way(asked, told, asha):
    told(assignment(asked, asha))
    Delivery.objects.update(status="PENDING", sent_at=None)

    watch(asha, asked.question, "MUTE")

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.answer) == ("CANCELLED", "You muted this.")


def test_muting_leaves_what_is_about_something_else(asked, told, asha):
    told(assigned_to(asha))
    Delivery.objects.update(status="PENDING", sent_at=None)

    watch(asha, asked.question, "MUTE")

    assert Delivery.objects.get().status == "PENDING"


def test_an_administrators_lock_is_not_to_be_muted():
    silenced = telling(Kind.REQUEST_CLOSED, Because.LOCKED).silenced()

    assert [way.outcome for way in silenced.ways] == [Outcome.SEND]


def test_what_is_critical_is_not_to_be_muted():
    overdue = telling(Kind.TASK_OVERDUE, Because.DEFAULT)

    assert overdue.silenced() == overdue
