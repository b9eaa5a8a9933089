from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import roles
from accounts.erasure import erase_person
from approvals import services
from approvals.exceptions import (
    AlreadyDecidedByYou,
    FirstViewAlreadyRecorded,
    InvalidComment,
    NotAnAssessor,
    NotTheAssignee,
    SelfApproval,
    StaleContent,
    TaskAlreadyDecided,
    TaskNotFound,
    TaskOverdue,
    UnknownOption,
)
from approvals.models import ApprovalTask, FirstView
from approvals.selectors import first_view_of, task_for_notes
from core.actor import SYSTEM
from core.redaction import ERASED
from outbox.models import Event
from tests.approvals.conftest import decide, make_overdue
from tests.cast import person


def view(task, actor, answer="4", **more):
    return services.record_first_view(task_id=task.pk, answer=answer, actor=actor, **more)


def refused(task, actor, refusal, answer="4", **more):
    before = FirstView.objects.count()
    with pytest.raises(refusal):
        view(task, actor, answer, **more)
    assert FirstView.objects.count() == before
    assert Event.objects.filter(name="approvals.first_view_recorded").count() == before


@pytest.mark.parametrize(
    ("answer", "kept", "agrees"), [("4", "4", True), ("3", "3", False), (None, "", None)]
)
def test_the_answer_is_kept_with_whether_it_is_the_key(task, asha, answer, kept, agrees):
    made = view(task, asha, answer, remark=" Quick. ")

    made.refresh_from_db()
    assert (made.answer, made.agrees, made.remark) == (kept, agrees, "Quick.")
    assert (made.assessor, made.version, made.digest) == (
        asha,
        task.version,
        task.version.digest,
    )


def test_it_is_an_event_without_the_questions_words(task, asha):
    view(task, asha, "3", remark="Odd.")

    assert Event.objects.get(name="approvals.first_view_recorded").payload == {
        "task_id": str(task.pk),
        "request_id": str(task.request_id),
        "question_id": str(task.question_id),
        "version": 1,
        "digest": task.version.digest,
        "assessor_id": str(asha.pk),
        "answered": True,
        "agrees": False,
    }


def test_it_decides_nothing(task, asha):
    view(task, asha)

    task.refresh_from_db()
    assert task.status == "PENDING"
    assert task.assignments.get().state == "ACTIVE"


def test_a_second_one_is_refused(task, asha):
    view(task, asha)

    refused(task, asha, FirstViewAlreadyRecorded, "3")


def test_every_assessor_has_their_own(submit, board, asha, ada):
    policy = {"stages": [{"group": "maths-board", "approve_n": 2}]}
    task = submit(assigned_to="", policy=policy).tasks.get()

    view(task, asha, "3")
    view(task, ada)

    assert first_view_of(asha, task.pk).agrees is False
    assert first_view_of(ada, task.pk).agrees is True


def test_an_answer_is_one_of_the_options(task, asha):
    refused(task, asha, UnknownOption, "B")


def test_what_was_not_read_gets_no_view(task, asha):
    refused(task, asha, StaleContent, digest="0" * 64)


@pytest.mark.parametrize("remark", ["x" * 2_001, "a\x00b"])
def test_a_remark_is_text_of_some_length(task, asha, remark):
    refused(task, asha, InvalidComment, remark=remark)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("ben", SelfApproval),
        ("ada", NotTheAssignee),
        ("admin_person", NotTheAssignee),
        ("vera", NotAnAssessor),
    ],
)
def test_only_who_may_decide_has_a_first_view(request, task, who, refusal):
    refused(task, request.getfixturevalue(who), refusal)


def test_after_the_verdict_it_is_too_late(submit, board, asha):
    policy = {"stages": [{"group": "maths-board", "approve_n": 2}]}
    task = submit(assigned_to="", policy=policy).tasks.get()
    decide(task, asha)

    refused(task, asha, AlreadyDecidedByYou)


def test_a_settled_task_takes_none(task, asha):
    decide(task, asha)

    refused(task, asha, TaskAlreadyDecided)


def test_an_overdue_task_takes_none(task, asha):
    make_overdue(task)

    refused(task, asha, TaskOverdue)


def test_a_task_that_never_was_takes_none(asha):
    with pytest.raises(TaskNotFound):
        services.record_first_view(task_id=uuid4(), answer=None, actor=asha)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approval_first_views SET answer = '4'",
        "UPDATE approval_first_views SET remark = ''",
        "DELETE FROM approval_first_views",
    ],
)
def test_the_database_keeps_it_as_it_was_said(task, asha, statement):
    view(task, asha, "3", remark="Odd.")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_who_is_erased_is_named_in_no_remark(submit):
    mina = person("Mina Brandt", roles.ASSESSORS, roles.REQUESTERS)
    task = submit(assigned_to=mina.email).tasks.get()
    made = view(task, mina, remark="Mina Brandt was here.")
    decide(task, mina)

    erase_person(person_id=mina.pk, actor=SYSTEM)

    made.refresh_from_db()
    assert made.remark == f"{ERASED} was here."


def test_notes_are_for_whoever_has_a_first_view(task, asha):
    before = task_for_notes(asha, task.pk)
    view(task, asha)
    after = task_for_notes(asha, task.pk)

    assert (before.may_decide, before.has_first_view) == (True, False)
    assert (after.may_decide, after.has_first_view) == (True, True)
    assert (after.question_id, after.version, after.digest) == (
        task.question_id,
        1,
        task.version.digest,
    )


def test_an_earlier_stage_shows_nothing_to_who_decides_the_next(submit, board, asha, ada):
    stages = [{"assessors": [asha.email]}, {"group": "maths-board"}]
    earlier = submit(assigned_to="", policy={"stages": stages}).tasks.get()
    services.reassign_task(task_id=earlier.pk, assigned_to=ada.email, actor=asha)
    ApprovalTask.objects.filter(pk=earlier.pk).update(status="APPROVED", decided_at=timezone.now())
    ApprovalTask.objects.create(
        request=earlier.request,
        question=earlier.question,
        version=earlier.version,
        stage=1,
        assigned_by=earlier.assigned_by,
        assigned_group=board,
        due_at=earlier.due_at,
    )

    seen = task_for_notes(asha, earlier.pk)

    assert (seen.may_decide, seen.has_first_view) == (True, False)


def test_notes_on_a_task_are_for_who_may_see_it(task, ben, cleo):
    assert task_for_notes(ben, task.pk).may_decide is False
    assert task_for_notes(cleo, task.pk) is None
