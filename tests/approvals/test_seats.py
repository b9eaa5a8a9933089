"""What a claim closes to the other members of the group, and a release opens again."""

import pytest

from accounts.models import User
from approvals import services
from outbox.models import Event
from tests.approvals.conftest import decide
from tests.cast import person


@pytest.fixture
def two_seats(submit, board):
    """A task for the board that two people decide; a third one could."""
    board.user_set.add(person("Abe Third", "assessors"))
    stage = {"group": "maths-board", "approve_n": 2}
    return submit(assigned_to="", policy={"stages": [stage]}).tasks.get()


def claim(task, actor):
    services.claim_task(task_id=task.pk, actor=actor)
    return Event.objects.get(name="approvals.task_claimed", actor_id=str(actor.pk)).payload


def release(task, actor):
    services.release_task(task_id=task.pk, actor=actor)
    return Event.objects.get(name="approvals.task_released").payload


def abe():
    return User.objects.get(email="abe@example.com")


def test_the_only_seat_is_closed_to_the_others(offered, asha, ada):
    told = claim(offered, asha)

    assert (told["seats"], told["closed_to_ids"]) == (1, [str(ada.pk)])


def test_a_seat_that_leaves_another_free_closes_nothing(two_seats, asha):
    assert claim(two_seats, asha)["closed_to_ids"] == []


def test_the_last_seat_is_closed_to_whoever_has_none(two_seats, asha, ada):
    claim(two_seats, asha)

    assert claim(two_seats, ada)["closed_to_ids"] == [str(abe().pk)]


def test_a_seat_taken_by_deciding_closes_it_as_well(two_seats, asha, ada):
    claim(two_seats, asha)

    decide(two_seats, ada)

    event = Event.objects.get(name="approvals.task_decided")
    assert event.payload["closed_to_ids"] == [str(abe().pk)]


def test_who_decides_on_a_seat_they_had_closes_nothing_anew(two_seats, asha, ada):
    claim(two_seats, asha)
    claim(two_seats, ada)

    decide(two_seats, ada)

    assert Event.objects.get(name="approvals.task_decided").payload["closed_to_ids"] == []


def test_a_task_given_by_name_is_closed_to_nobody(task, asha):
    decide(task, asha)

    assert Event.objects.get(name="approvals.task_decided").payload["closed_to_ids"] == []


def test_a_release_opens_it_to_those_it_was_closed_to(offered, asha, ada):
    claim(offered, asha)

    told = release(offered, asha)

    assert told["open_to_ids"] == [str(ada.pk)]
    assert (told["group"], told["due_at"]) == ("maths-board", offered.due_at.isoformat())


def test_a_release_where_a_seat_was_free_tells_nobody(two_seats, asha):
    claim(two_seats, asha)

    assert release(two_seats, asha)["open_to_ids"] == []


def test_the_requester_is_never_among_them(offered, asha, ben):
    assert str(ben.pk) not in claim(offered, asha)["closed_to_ids"]
