"""Each trouble, made with the real services and found again by a round of the reconciler."""

import pytest

from approvals import services
from approvals.bridges import reconciling, workflow
from approvals.models import ApprovalRequest, ApprovalTask, Repair
from tests.approvals.conftest import REVISED, decide
from tests.approvals.reconciling.conftest import (
    events,
    execution_of,
    fresh,
    let_time_pass,
    lose_deliveries,
    repairs,
    run,
    stop_behind_our_back,
    task_of,
)
from workflows import services as workflows


def test_all_is_well_and_nothing_is_done(started):
    report = run()

    assert (report.checked, report.looked, dict(report.repaired)) == (1, 0, {})
    assert repairs() == []


def test_a_start_that_was_lost_is_made_up_for(submit, deliver_all):
    request = submit()
    lose_deliveries()

    run()
    deliver_all()

    assert execution_of(request).state == "AssignToAssessor"
    assert task_of(request).callback == "READY"
    assert repairs() == [("LOST_START", "MADE")]


def test_a_start_is_left_alone_for_its_first_minute(submit):
    submit()
    lose_deliveries()

    report = reconciling.reconcile()

    assert (report.checked, report.looked) == (0, 0)
    assert repairs() == []


def test_a_stopped_workflow_closes_its_request(started):
    stop_behind_our_back(started, error="Operator.Stopped", cause="By hand.")

    run()

    assert fresh(started).status == "FAILED"
    assert task_of(started).status == "CANCELLED"
    repair = Repair.objects.get()
    assert (repair.kind, repair.state) == ("ENDED_UNHEARD", "MADE")
    assert "Operator.Stopped" in repair.found
    assert repair.outcome == "The request was closed: failed."


def test_an_end_is_left_alone_for_its_first_minute(started):
    let_time_pass(minutes=5)
    stop_behind_our_back(started)
    ApprovalRequest.objects.update(check_at="2026-01-01T00:00Z")

    reconciling.reconcile()

    assert fresh(started).status == "PENDING"
    assert repairs() == []


@pytest.mark.parametrize(
    ("verdict", "status"), [("APPROVED", "APPROVED"), ("REJECTED", "REJECTED")]
)
def test_an_outcome_whose_message_was_lost_is_taken_over(started, asha, verdict, status):
    decide(task_of(started), asha, verdict)
    workflow.answer(task_of(started))
    lose_deliveries()

    run()

    assert fresh(started).status == status
    assert repairs() == [("ENDED_UNHEARD", "MADE")]


def test_an_approval_that_nobody_here_gave_is_parked(started):
    workflows.complete_task(token=task_of(started).task_token, output={"verdict": "APPROVED"})
    lose_deliveries()

    run()

    assert fresh(started).status == "PENDING"
    repair = Repair.objects.get()
    assert (repair.kind, repair.state) == ("DIVERGED", "PARKED")
    assert repair.outcome == "The approvals for that are not here."


def test_a_rejection_that_nobody_here_gave_is_parked(started):
    workflows.complete_task(token=task_of(started).task_token, output={"verdict": "REJECTED"})
    lose_deliveries()

    run()

    assert fresh(started).status == "PENDING"
    assert repairs() == [("DIVERGED", "PARKED")]


def test_an_expiry_that_overrules_a_verdict_is_parked(started, asha):
    decide(task_of(started), asha)
    workflows.fail_task(token=task_of(started).task_token, error="Approval.Expired")
    lose_deliveries()

    run()

    assert fresh(started).status == "PENDING"
    assert repairs() == [("DIVERGED", "PARKED")]


def test_an_expiry_that_fits_closes(started):
    workflows.fail_task(token=task_of(started).task_token, error="Approval.Expired")
    lose_deliveries()

    run()

    assert fresh(started).status == "EXPIRED"


def test_a_lost_token_is_read_back(submit, deliver_all):
    request = submit()
    workflow.start([request])
    lose_deliveries()

    run()
    deliver_all()

    assert task_of(request).callback == "READY"
    assert events("task_assigned").count() == 1
    assert repairs() == [("LOST_TOKEN", "MADE")]


def test_a_decision_that_waits_for_a_lost_token_goes_on(submit, asha, deliver_all):
    request = submit()
    decide(task_of(request), asha)
    workflow.start([request])
    lose_deliveries()

    run()
    deliver_all()

    assert (fresh(request).status, execution_of(request).status) == ("APPROVED", "SUCCEEDED")


def test_a_token_that_nobody_knows_any_more_is_parked(started):
    ApprovalTask.objects.update(task_token="", task_token_generation="", callback="AWAITING_TOKEN")

    run()

    repair = Repair.objects.get()
    assert (repair.kind, repair.state) == ("LOST_TOKEN", "PARKED")


def test_a_lost_call_for_a_new_version_is_read_back(started, asha, ben, deliver_all):
    decide(task_of(started), asha, "CHANGES_REQUESTED")
    workflow.answer(task_of(started))
    lose_deliveries()

    run()

    assert fresh(started).status == "CHANGES_REQUESTED"
    assert events("revision_requested").count() == 1
    assert repairs() == [("LOST_TOKEN", "MADE")]


def test_an_undelivered_decision_is_delivered(started, asha, deliver_all):
    decide(task_of(started), asha)
    lose_deliveries()

    run()
    deliver_all()

    assert (fresh(started).status, task_of(started).callback) == ("APPROVED", "DELIVERED")
    assert repairs() == [("UNDELIVERED", "MADE")]


def test_a_decision_is_left_alone_for_its_first_minute(started, asha):
    let_time_pass(minutes=5)
    decide(task_of(started), asha)
    lose_deliveries()

    reconciling.reconcile()

    assert task_of(started).callback == "READY"
    assert repairs() == []


def test_an_undelivered_expiry_is_delivered(started, deliver_all):
    ApprovalTask.objects.update(due_at="2026-01-01T00:00Z")
    services.expire_overdue_tasks()
    lose_deliveries()

    run()
    deliver_all()

    assert fresh(started).status == "EXPIRED"


def test_an_undelivered_new_version_is_delivered(started, asha, ben, deliver_all):
    decide(task_of(started), asha, "CHANGES_REQUESTED")
    deliver_all()
    services.revise_question(question_id=started.question_id, content=REVISED, actor=ben)
    lose_deliveries()
    ApprovalRequest.objects.update(ask_at="2026-01-01T00:00Z")

    run()
    deliver_all()

    assert task_of(started, round=1).status == "PENDING"
    assert ("UNDELIVERED", "MADE") in repairs()


def test_a_withdrawn_request_does_not_leave_its_workflow_running(started, ben, deliver_all):
    services.cancel_request(request_id=started.pk, actor=ben)
    lose_deliveries()

    run()

    execution = execution_of(started)
    assert (execution.status, execution.error) == ("ABORTED", "Approval.Cancelled")
    assert repairs() == [("LEFT_RUNNING", "MADE")]
