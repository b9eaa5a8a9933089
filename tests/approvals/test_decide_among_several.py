"""One task and several who may decide it: by name, as a group, and at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from approvals import rules, services
from approvals.exceptions import AlreadyDecidedByYou, NoFreeSeat, SelfApproval, TaskAlreadyDecided
from approvals.models import Decision
from tests.approvals.conftest import decide, decided_events, refused
from tests.conftest import wait_until_someone_waits_for_a_lock


@pytest.fixture
def of_three(submit, asha, ada):
    """A task for three assessors: two approve it, two return it."""
    third = type(asha).objects.create_user("dev@example.com", name="Dev Shah")
    third.groups.set(Group.objects.filter(name="assessors"))
    stage = {
        "assessors": [asha.email, ada.email, third.email],
        "approve_n": 2,
        "return_n": 2,
    }
    return submit(policy={"stages": [stage]}, assigned_to="").tasks.get(), asha, ada, third


def test_the_first_of_two_approvals_leaves_it_open(of_three):
    task, asha, _, _ = of_three

    decide(task, asha)

    task.refresh_from_db()
    assert task.status == "PENDING"
    assert decided_events().get().payload["outcome"] == ""


def test_the_second_approval_settles_it(of_three):
    task, asha, ada, _ = of_three

    decide(task, asha)
    decide(task, ada)

    task.refresh_from_db()
    assert task.status == "APPROVED"
    states = dict(task.assignments.values_list("assessor__name", "state"))
    assert states == {"Asha Rao": "DECIDED", "Ada Okafor": "DECIDED", "Dev Shah": "ENDED"}


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        (("REJECTED", "REJECTED"), "REJECTED"),
        (("CHANGES_REQUESTED", "CHANGES_REQUESTED"), "CHANGES_REQUESTED"),
        (("REJECTED", "CHANGES_REQUESTED"), "CHANGES_REQUESTED"),
        (("APPROVED", "REJECTED", "REJECTED"), "REJECTED"),
        (("APPROVED", "REJECTED", "APPROVED"), "APPROVED"),
        (("REJECTED", "APPROVED", "CHANGES_REQUESTED"), "CHANGES_REQUESTED"),
    ],
)
def test_verdicts_add_up(of_three, verdicts, outcome):
    task, *people = of_three

    for person, verdict in zip(people, verdicts, strict=False):
        decide(task, person, verdict)

    task.refresh_from_db()
    assert task.status == outcome


def test_nobody_counts_twice(of_three):
    task, asha, _, _ = of_three
    decide(task, asha)

    with pytest.raises(AlreadyDecidedByYou):
        decide(task, asha)

    task.refresh_from_db()
    assert task.status == "PENDING"


def test_a_member_takes_a_seat_by_deciding(offered, asha):
    decide(offered, asha)

    place = offered.assignments.get()
    assert (place.assessor, place.state, place.claimed) == (asha, "DECIDED", True)


def test_a_task_that_another_member_claimed_is_taken(offered, asha, ada):
    services.claim_task(task_id=offered.pk, actor=ada)

    refusal = refused(offered, asha, NoFreeSeat)

    assert "Ada Okafor" in str(refusal)


def test_an_author_cannot_judge_even_as_a_member_of_the_group(offered, board, asha):
    offered.version.created_by = asha

    with pytest.raises(SelfApproval):
        rules.ensure_may_decide(asha, offered)


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_the_one_before_it_and_then_gives_way(submit, asha, ada):
    stage = {"assessors": [asha.email, ada.email]}
    task = submit(policy={"stages": [stage]}, assigned_to="").tasks.get()

    def reject():
        try:
            return decide(task, ada, "REJECTED")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decide(task, asha)
            rejection = pool.submit(reject)
            wait_until_someone_waits_for_a_lock()

        with pytest.raises(TaskAlreadyDecided, match="Asha Rao"):
            rejection.result(timeout=5)

    task.refresh_from_db()
    assert task.status == "APPROVED"
    assert Decision.objects.count() == 1
