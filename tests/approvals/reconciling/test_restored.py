"""A database that was restored from a backup: the workflows are further than it knows."""

import pytest
from django.db import connection

from approvals import services
from approvals.bridges import workflow
from approvals.consumers import take_assignments
from approvals.models import ApprovalRequest, ApprovalTask, Assignment, Decision, Repair
from outbox.models import Delivery
from tests.approvals.conftest import REVISED, decide
from tests.approvals.reconciling.conftest import (
    execution_of,
    fresh,
    lose_deliveries,
    repairs,
    run,
    task_of,
)
from workflows.models import Message


@pytest.fixture
def request_(submit, asha, ada, deliver_all):
    """Two stages, the first open. Here decisions can be forgotten, which triggers refuse else."""
    policy = {"stages": [{"assessors": [asha.email]}, {"assessors": [ada.email]}]}
    made = submit(policy=policy, assigned_to="")
    deliver_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    return made


def restore(request):
    """Our tables as they were when the first stage was open; the workflow's stay as they are."""
    tasks = ApprovalTask.objects.filter(request=request)
    Decision.objects.filter(task__in=tasks)._raw_delete("default")
    Assignment.objects.filter(task__in=tasks.exclude(stage=0)).delete()
    tasks.exclude(stage=0).delete()
    tasks.update(status="PENDING", callback="READY", decided_at=None)
    Assignment.objects.filter(task__in=tasks).update(state="ACTIVE")
    ApprovalRequest.objects.filter(pk=request.pk).update(
        status="PENDING", closed_at=None, check_at="2026-01-01T00:00Z", ask_at=None
    )
    Delivery.objects.all().delete()


def ask_about(request):
    """A round in which it is this one's turn."""
    ApprovalRequest.objects.filter(pk=request.pk).update(check_at=None, ask_at="2026-01-01T00:00Z")
    return run()


def test_an_approval_that_was_forgotten_is_not_made_up(request_, asha, ada, deliver_all):
    decide(task_of(request_), asha)
    deliver_all()
    decide(task_of(request_, stage=1), ada)
    deliver_all()
    assert execution_of(request_).status == "SUCCEEDED"
    restore(request_)

    run()

    assert (fresh(request_).status, task_of(request_).status) == ("PENDING", "PENDING")
    assert repairs() == [("DIVERGED", "PARKED")]
    assert Repair.objects.get().outcome == "The approvals for that are not here."


def test_a_stage_that_no_decision_here_has_led_to_is_not_opened(request_, asha):
    decide(task_of(request_), asha)
    workflow.answer(task_of(request_))
    restore(request_)

    ask_about(request_)

    assert task_of(request_).status == "PENDING"
    assert repairs() == [("DIVERGED", "PARKED")]
    assert Repair.objects.get().outcome == (
        "It asks for another stage than the one that is open here."
    )


def test_a_new_version_that_nobody_here_has_asked_for_is_not_asked_for(request_, asha):
    decide(task_of(request_), asha, "CHANGES_REQUESTED")
    workflow.answer(task_of(request_))
    restore(request_)

    ask_about(request_)

    assert fresh(request_).status == "PENDING"
    assert Repair.objects.get().outcome == (
        "It waits for a new version, and nobody here has asked for changes."
    )


def test_once_the_decision_is_given_again_the_request_goes_on(
    request_, asha, ada, admin_person, deliver_all
):
    decide(task_of(request_), asha)
    workflow.answer(task_of(request_))
    restore(request_)
    ask_about(request_)
    decide(task_of(request_), asha)
    services.retry_repair(repair_id=Repair.objects.get().pk, actor=admin_person)
    lose_deliveries()

    for _ in range(2):
        run()
        deliver_all()
    decide(task_of(request_, stage=1), ada)
    deliver_all()

    assert fresh(request_).status == "APPROVED"
    assert execution_of(request_).status == "SUCCEEDED"


def test_an_answer_that_the_workflow_never_got_is_given_again(submit, asha, deliver_all):
    """We have it as delivered, and the state waits with the very token that we hold."""
    request = submit()
    workflow.start([request])
    body = Message.objects.get().body
    take_assignments({"message-1": body})
    decide(task_of(request), asha)
    ApprovalTask.objects.update(callback="DELIVERED")
    lose_deliveries()

    ask_about(request)
    deliver_all()

    assert (fresh(request).status, execution_of(request).status) == ("APPROVED", "SUCCEEDED")
    assert repairs()[0] == ("UNDELIVERED", "MADE")


def test_a_token_older_than_the_one_that_waits_is_replaced(submit, asha, deliver_all):
    request = submit()
    workflow.start([request])
    ApprovalTask.objects.update(
        task_token="older",
        task_token_generation="2026-01-01T00:00:00.000Z/000000/000000",
        callback="READY",
    )
    lose_deliveries()

    ask_about(request)
    decide(task_of(request), asha)
    deliver_all()

    assert fresh(request).status == "APPROVED"
    assert repairs() == [("LOST_TOKEN", "MADE")]


def test_a_workflow_that_is_gone_is_started_again_and_led_to_where_people_are(
    request_, asha, ada, deliver_all
):
    decide(task_of(request_), asha)
    deliver_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("DELETE FROM workflows_historyevent")
        cursor.execute("DELETE FROM workflows_message")
        cursor.execute("DELETE FROM workflows_execution")

    run()
    deliver_all()
    decide(task_of(request_, stage=1), ada)
    deliver_all()

    assert fresh(request_).status == "APPROVED"
    assert execution_of(request_).status == "SUCCEEDED"
    assert repairs() == [("LOST_START", "MADE")]


def test_an_open_revision_is_asked_for_once_more_without_harm(submit, asha, ben, deliver_all):
    request = submit()
    deliver_all()
    decide(task_of(request), asha, "CHANGES_REQUESTED")
    workflow.answer(task_of(request))
    body = Message.objects.exclude(body=None).get().body
    ApprovalRequest.objects.update(revision_token="older", revision_token_generation="2026")
    take_assignments({"message-1": body})
    services.revise_question(question_id=request.question_id, content=REVISED, actor=ben)
    lose_deliveries()

    ask_about(request)
    deliver_all()

    assert task_of(request, round=1).callback == "READY"
    assert repairs() == [("UNDELIVERED", "MADE")]
