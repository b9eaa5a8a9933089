import pytest

from approvals import services
from approvals.exceptions import (
    AlreadyAssigned,
    NoFreeSeat,
    NotAnAssessor,
    NotClaimed,
    NotTheAssignee,
    NotYours,
    SelfApproval,
    TaskAlreadyDecided,
    UnknownPerson,
)
from outbox.models import Event
from tests.approvals.conftest import decide


def claim(task, actor):
    return services.claim_task(task_id=task.pk, actor=actor)


def release(task, actor):
    return services.release_task(task_id=task.pk, actor=actor)


def reassign(task, actor, to, **more):
    return services.reassign_task(task_id=task.pk, assigned_to=to.email, actor=actor, **more)


def test_a_member_claims_a_seat(offered, asha):
    claim(offered, asha)

    place = offered.assignments.get()
    assert (place.assessor, place.state, place.claimed) == (asha, "ACTIVE", True)
    assert Event.objects.latest("id").name == "approvals.task_claimed"


def test_claiming_twice_is_refused(offered, asha):
    claim(offered, asha)

    with pytest.raises(AlreadyAssigned):
        claim(offered, asha)

    assert offered.assignments.count() == 1


def test_the_only_seat_is_taken_once(offered, asha, ada):
    claim(offered, asha)

    with pytest.raises(NoFreeSeat, match="Claimed by Asha Rao") as caught:
        claim(offered, ada)

    assert caught.value.members == {"claimed_by": "Asha Rao"}


def test_the_requester_cannot_claim(offered, ben):
    with pytest.raises(SelfApproval):
        claim(offered, ben)

    assert not offered.assignments.exists()


def test_somebody_outside_the_group_cannot_claim(offered, board, ada):
    board.user_set.remove(ada)

    with pytest.raises(NotTheAssignee):
        claim(offered, ada)


def test_a_task_given_by_name_cannot_be_claimed(task, ada):
    with pytest.raises(NotTheAssignee):
        claim(task, ada)


def test_a_released_seat_is_free_again(offered, asha, ada):
    claim(offered, asha)

    release(offered, asha)
    claim(offered, ada)

    states = dict(offered.assignments.values_list("assessor__name", "state"))
    assert states == {"Asha Rao": "RELEASED", "Ada Okafor": "ACTIVE"}


def test_somebody_who_released_it_may_claim_it_again(offered, asha):
    claim(offered, asha)
    release(offered, asha)

    claim(offered, asha)

    assert offered.assignments.active().get().assessor == asha


def test_only_whoever_has_a_seat_releases_it(offered, asha, ada):
    claim(offered, asha)

    with pytest.raises(NotTheAssignee):
        release(offered, ada)


def test_a_task_given_by_name_cannot_be_released(task, asha):
    with pytest.raises(NotClaimed):
        release(task, asha)


def test_an_assessor_passes_a_task_on(task, asha, ada):
    reassign(task, asha, ada)

    task.refresh_from_db()
    assert task.assigned_to == ada
    states = dict(task.assignments.values_list("assessor__name", "state"))
    assert states == {"Asha Rao": "REASSIGNED", "Ada Okafor": "ACTIVE"}


def test_passing_on_is_an_event(task, asha, ada):
    reassign(task, asha, ada)

    event = Event.objects.latest("id")
    assert event.name == "approvals.task_reassigned"
    assert event.payload["from_assessor_id"] == str(asha.pk)
    assert event.payload["to_assessor_id"] == str(ada.pk)


def test_the_successor_decides_and_the_predecessor_does_not(task, asha, ada):
    reassign(task, asha, ada)

    with pytest.raises(NotTheAssignee):
        decide(task, asha)
    assert decide(task, ada).status == "APPROVED"


def test_an_administrator_reassigns_anybodys_task(task, admin_person, ada):
    reassign(task, admin_person, ada)

    task.refresh_from_db()
    assert task.assigned_to == ada


def test_an_administrator_says_whose_place_it_is(submit, asha, ada, admin_person, cleo):
    cleo.groups.set(asha.groups.all())
    policy = {"stages": [{"assessors": [asha.email, ada.email], "approve_n": 2}]}
    task = submit(policy=policy, assigned_to="").tasks.get()

    reassign(task, admin_person, cleo, assigned_from=ada.email)

    active = task.assignments.active().order_by("pk")
    assert [place.assessor for place in active] == [asha, cleo]


def test_the_requester_cannot_pick_another_assessor_afterwards(task, ben, ada):
    with pytest.raises(NotYours):
        reassign(task, ben, ada)


def test_a_task_goes_to_assessors_only(task, asha, cleo):
    with pytest.raises(NotAnAssessor) as caught:
        reassign(task, asha, cleo)

    assert caught.value.field == "assigned_to"


def test_a_task_does_not_go_to_its_requester(task, asha, ben):
    ben.groups.set(asha.groups.all())

    with pytest.raises(SelfApproval):
        reassign(task, asha, ben)


def test_a_task_does_not_go_to_whoever_has_it(task, asha):
    with pytest.raises(AlreadyAssigned):
        reassign(task, asha, asha)


def test_an_unknown_address_is_refused(task, asha):
    with pytest.raises(UnknownPerson):
        services.reassign_task(task_id=task.pk, assigned_to="eve@example.com", actor=asha)

    assert task.assignments.get().state == "ACTIVE"


@pytest.mark.parametrize("act", [claim, release])
def test_a_decided_task_is_neither_claimed_nor_released(offered, asha, ada, act):
    decide(offered, asha)

    with pytest.raises(TaskAlreadyDecided):
        act(offered, ada)


def test_a_decided_task_is_not_reassigned(task, asha, ada):
    decide(task, asha)

    with pytest.raises(TaskAlreadyDecided):
        reassign(task, asha, ada)
