"""One task and its one assessor."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from approvals import services
from approvals.content import QuestionContent
from approvals.exceptions import (
    CommentRequired,
    InvalidComment,
    NotAnAssessor,
    NotTheAssignee,
    SelfApproval,
    StaleContent,
    TaskAlreadyDecided,
    TaskNotFound,
    TaskOverdue,
    UnknownVerdict,
)
from approvals.models import ApprovalTask, Assignment, Decision, Question
from tests.approvals.conftest import decide, decided_events, make_overdue, refused


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


def test_somebody_who_lost_the_role_cannot_use_their_place(task, asha):
    asha.groups.clear()
    asha = type(asha).objects.get(pk=asha.pk)

    refused(task, asha, NotAnAssessor)

    assert task.status == "PENDING"


def test_somebody_who_left_the_group_cannot_use_their_claim(offered, board, asha):
    services.claim_task(task_id=offered.pk, actor=asha)
    board.user_set.remove(asha)

    refused(offered, asha, NotTheAssignee)

    assert offered.status == "PENDING"


def test_whoever_wrote_an_earlier_version_cannot_decide(submit, asha, admin_person):
    task = submit().tasks.get()
    Question.objects.filter(pk=task.question_id).update(created_by=asha)

    refused(task, asha, SelfApproval)

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


def test_deciding_takes_six_statements(task, asha, django_assert_num_queries):
    asha.cached_role_names()

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
