from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import Error, IntegrityError, connection, transaction

from approvals import rules, services
from approvals.content import QuestionContent
from approvals.exceptions import (
    AlreadyDecidedByYou,
    CommentRequired,
    InvalidComment,
    NoFreeSeat,
    NotAnAssessor,
    NotTheAssignee,
    SelfApproval,
    StaleContent,
    TaskAlreadyDecided,
    TaskNotFound,
    TaskOverdue,
    UnknownVerdict,
)
from approvals.models import ApprovalTask, Assignment, Decision
from outbox.models import Event
from tests.approvals.conftest import decide, make_overdue
from tests.conftest import wait_until_someone_waits_for_a_lock


def decided_events():
    return Event.objects.filter(name="approvals.task_decided")


def refused(task, actor, refusal, **what):
    with pytest.raises(refusal) as caught:
        decide(task, actor, **what)
    task.refresh_from_db()
    assert not decided_events().exists()
    return caught.value


def test_the_assessor_can_approve(task, asha):
    decide(task, asha, comment="Fine.")

    task.refresh_from_db()
    assert (task.status, task.comments) == ("APPROVED", "Fine.")
    assert task.decided_at is not None


@pytest.mark.parametrize("verdict", ["REJECTED", "CHANGES_REQUESTED"])
def test_the_assessor_can_return_it(task, asha, verdict):
    decide(task, asha, verdict, comment="Two right answers.")

    task.refresh_from_db()
    assert (task.status, task.comments) == (verdict, "Two right answers.")


def test_the_decision_is_bound_to_the_content(task, asha):
    decide(task, asha, digest=task.version.digest)

    decision = Decision.objects.get()
    assert (decision.assessor, decision.verdict) == (asha, "APPROVED")
    assert decision.digest == task.version.digest


def test_a_decided_task_leaves_the_inbox(task, asha):
    decide(task, asha)

    assert Assignment.objects.get().state == "DECIDED"


def test_the_decision_is_an_event_without_the_comment(task, asha):
    decide(task, asha, "REJECTED", comment="B is right.")

    event = decided_events().get()
    assert event.actor_id == str(asha.pk)
    assert (event.payload["verdict"], event.payload["outcome"]) == ("REJECTED", "REJECTED")
    assert "B is right." not in str(event.payload)


def test_a_stranger_cannot_decide(task, cleo):
    refused(task, cleo, NotAnAssessor)

    assert task.status == "PENDING"


def test_another_assessor_cannot_decide(task, ada):
    refused(task, ada, NotTheAssignee)

    assert task.status == "PENDING"


def test_the_requester_cannot_decide(task, ben):
    refused(task, ben, SelfApproval)

    assert task.status == "PENDING"


def test_an_unknown_verdict_is_refused(task, asha):
    refusal = refused(task, asha, UnknownVerdict, verdict="MAYBE", comment="Hm.")

    assert refusal.field == "verdict"
    assert task.status == "PENDING"


@pytest.mark.parametrize("verdict", ["REJECTED", "CHANGES_REQUESTED"])
def test_returning_takes_a_comment(task, asha, verdict):
    refusal = refused(task, asha, CommentRequired, verdict=verdict, comment="  \n ")

    assert refusal.field == "comments"
    assert task.status == "PENDING"


@pytest.mark.parametrize("comment", ["x" * 5001, "a\0b", "half \ud83d"])
def test_a_comment_that_cannot_be_kept_is_refused(task, asha, comment):
    refusal = refused(task, asha, InvalidComment, comment=comment)

    assert refusal.field == "comments"
    assert task.status == "PENDING"


def test_a_task_that_is_not_there_is_not_found(task, asha):
    task.pk = "11111111-1111-4111-8111-111111111111"

    with pytest.raises(TaskNotFound):
        decide(task, asha)


def test_a_verdict_on_other_content_is_refused(task, asha):
    refused(task, asha, StaleContent, digest="0" * 64)

    assert task.status == "PENDING"


def test_after_the_due_time_it_is_too_late(task, asha):
    make_overdue(task)

    refused(task, asha, TaskOverdue)

    assert task.status == "PENDING"


def test_a_second_decision_is_refused_and_told_who_decided(task, asha):
    decide(task, asha)

    with pytest.raises(TaskAlreadyDecided, match="approved, decided by Asha Rao") as caught:
        decide(task, asha, "REJECTED")

    assert caught.value.members["decided_by"] == "Asha Rao"
    assert caught.value.members["status"] == "APPROVED"
    assert Decision.objects.count() == 1


def test_the_database_itself_refuses_self_approval(task, ben):
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            task=task, assessor=ben, requester=ben, verdict="APPROVED", digest="0" * 64
        )


def test_the_database_itself_refuses_a_second_decision(task, asha):
    decide(task, asha)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            task=task,
            assessor=asha,
            requester=task.assigned_by,
            verdict="REJECTED",
            digest="0" * 64,
        )


@pytest.mark.parametrize(
    "change",
    ["UPDATE approval_decisions SET verdict = 'REJECTED'", "DELETE FROM approval_decisions"],
)
def test_the_database_itself_keeps_decisions_as_they_are(task, asha, change):
    decide(task, asha)

    with pytest.raises(Error, match="written once"), connection.cursor() as cursor:
        cursor.execute(change)


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


def test_deciding_takes_six_statements(task, asha, django_assert_num_queries):
    with django_assert_num_queries(6 + 2):  # the savepoint around it counts twice
        decide(task, asha)


def test_a_question_of_unusual_length_is_titled_by_its_start(submit, asha):
    content = QuestionContent.checked(
        question_text="Why? " * 100, options=["a", "b"], correct_answer="a"
    )
    task = submit(content=content).tasks.get()

    decide(task, asha)

    assert decided_events().get().payload["question_title"] == "Why? " * 15 + "Why?…"
    assert ApprovalTask.objects.get().status == "APPROVED"
