"""POST /api/v1/approval-tasks/{id}/claim/, release/ and reassign/"""

import pytest

from approvals import services
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import decide, make_overdue


def door(task, name):
    return f"approval-tasks/{task.pk}/{name}/"


def holders(task):
    return set(task.assignments.active().values_list("assessor__email", flat=True))


def test_a_member_claims_a_seat(as_asha, offered):
    answer = as_asha.send(door(offered, "claim"))

    assert answer.status_code == 200
    assert answer.json()["assignments"][0]["claimed"] is True
    assert holders(offered) == {"asha@example.com"}


def test_a_taken_seat_names_who_took_it(as_asha, offered, ada):
    services.claim_task(task_id=offered.pk, actor=ada)

    answer = as_asha.send(door(offered, "claim"))

    assert_refused(answer, 409, "no_free_seat")
    assert answer.json()["claimed_by"] == "Ada Okafor"
    assert holders(offered) == {"ada@example.com"}


def test_the_same_key_claims_once(as_asha, offered):
    first = as_asha.send(door(offered, "claim"), Idempotency_Key="key-1")

    again = as_asha.send(door(offered, "claim"), Idempotency_Key="key-1")

    assert again.content == first.content


def test_an_overdue_task_is_not_claimed(as_asha, offered):
    make_overdue(offered)

    assert_refused(as_asha.send(door(offered, "claim")), 409, "task_expired")


def test_the_requester_does_not_claim(as_ben, offered):
    assert_refused(as_ben.send(door(offered, "claim")), 403, "self_approval")


def test_a_claimed_seat_is_given_back(as_asha, offered, asha):
    services.claim_task(task_id=offered.pk, actor=asha)

    answer = as_asha.send(door(offered, "release"))

    assert answer.status_code == 200
    assert holders(offered) == set()


def test_a_place_given_by_name_is_not_released(as_asha, task):
    assert_refused(as_asha.send(door(task, "release")), 409, "not_claimed")
    assert holders(task) == {"asha@example.com"}


def test_somebody_without_a_place_releases_nothing(as_ada, offered, asha):
    services.claim_task(task_id=offered.pk, actor=asha)

    assert_refused(as_ada.send(door(offered, "release")), 403, "not_the_assignee")
    assert holders(offered) == {"asha@example.com"}


def test_asha_passes_her_task_to_ada(as_asha, task, ada):
    answer = as_asha.send(door(task, "reassign"), {"assigned_to": ada.email})

    assert answer.status_code == 200
    assert answer.json()["assigned_to"] == "ada@example.com"
    assert holders(task) == {"ada@example.com"}


def test_who_passed_it_on_can_still_read_the_answer(as_asha, task, ada):
    answer = as_asha.send(door(task, "reassign"), {"assigned_to": ada.email})

    states = {place["assessor"]["email"]: place["state"] for place in answer.json()["assignments"]}
    assert states == {"asha@example.com": "REASSIGNED", "ada@example.com": "ACTIVE"}


def test_an_administrator_passes_it_on(as_admin, task, asha, ada):
    body = {"assigned_to": ada.email, "assigned_from": asha.email}

    assert as_admin.send(door(task, "reassign"), body).status_code == 200
    assert holders(task) == {"ada@example.com"}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": "ada"}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": "a\0@example.com"}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": "nobody@example.com"}, 422, "unknown_person", "assigned_to"),
        ({"assigned_to": "cleo@example.com"}, 403, "not_an_assessor", "assigned_to"),
        ({"assigned_to": "ben@example.com"}, 403, "not_an_assessor", "assigned_to"),
        ({"assigned_to": "asha@example.com"}, 409, "already_assigned", "assigned_to"),
        (
            {"assigned_to": "ada@example.com", "assigned_from": "cleo@example.com"},
            403,
            "not_the_assignee",
            "assigned_from",
        ),
    ],
)
def test_a_wrong_successor_is_refused_by_name(as_asha, cleo, ada, task, body, status, code, field):
    assert_refused(as_asha.send(door(task, "reassign"), body), status, code, field)
    assert holders(task) == {"asha@example.com"}


def test_the_requester_does_not_pass_it_on(as_ben, task, ada):
    answer = as_ben.send(door(task, "reassign"), {"assigned_to": ada.email})

    assert_refused(answer, 403, "not_yours")
    assert holders(task) == {"asha@example.com"}


def test_a_decided_task_is_not_passed_on(as_asha, task, asha, ada):
    decide(task, asha)

    answer = as_asha.send(door(task, "reassign"), {"assigned_to": ada.email})

    assert_refused(answer, 409, "task_already_decided")


@pytest.mark.parametrize("name", ["claim", "release", "reassign"])
def test_a_task_that_changed_meanwhile_stays_as_it_is(as_asha, task, ada, name):
    answer = as_asha.send(door(task, name), {"assigned_to": ada.email}, If_Match='"old"')

    assert_refused(answer, 412, "precondition_failed")
    assert holders(task) == {"asha@example.com"}


@pytest.mark.parametrize("name", ["claim", "release", "reassign"])
def test_for_cleo_it_is_not_there(as_cleo, task, ada, name):
    answer = as_cleo.send(door(task, name), {"assigned_to": ada.email})

    assert_refused(answer, 404, "task_not_found")


@pytest.mark.parametrize("name", ["claim", "release", "reassign"])
def test_a_stranger_is_asked_to_sign_in(as_stranger, task, name):
    assert_refused(as_stranger.send(door(task, name)), 401, "not_authenticated")
