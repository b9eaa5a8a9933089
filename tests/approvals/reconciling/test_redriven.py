"""
A workflow that somebody took up again after its request had been closed.

The local engine knows no redrive, so what one leaves is written into its rows: an execution that
had ended waits for an answer once more, with a new token.
"""

import uuid

import pytest
from django.utils import timezone

from approvals import services
from approvals.bridges import reconciling
from approvals.consumers import take_assignments
from approvals.models import ApprovalRequest, Assignment
from tests.approvals.conftest import REVISED, decide
from tests.approvals.reconciling.conftest import (
    events,
    execution_of,
    fresh,
    let_time_pass,
    repairs,
    run,
    task_of,
)
from workflows import services as workflows
from workflows.local import tokens
from workflows.models import Execution, HistoryEvent, Message


@pytest.fixture
def failed(started, deliver_all):
    """A fault ended the workflow, and the request with it."""
    kept = Execution.objects.get()
    workflows.stop_execution(name=started.execution_name, error="States.Runtime")
    deliver_all()
    assert fresh(started).status == "FAILED"
    let_time_pass(minutes=5)
    started.kept = kept
    return started


def redrive(request, body=None):
    """As Step Functions would: the state that failed is entered again and sends its message."""
    kept = request.kept
    kept.refresh_from_db(fields=["started_at"])
    now = timezone.now()
    token = tokens.issue(kept.id)
    kept.status, kept.stopped_at, kept.token_digest = "RUNNING", None, tokens.digest(token)
    kept.error = kept.cause = ""
    last = HistoryEvent.objects.filter(execution=kept).order_by("-number").first()
    kept.progress["events"] = last.number + 1
    kept.save()
    HistoryEvent.objects.create(
        execution=kept,
        number=last.number + 1,
        previous=last.number,
        type="ExecutionRedriven",
        details={},
        occurred_at=now,
    )
    sent = {
        "type": "assignment",
        "request_id": str(request.pk),
        "stage": 0,
        "round": 0,
        "task_token": token,
        "execution": {"Name": kept.name, "RedriveCount": 1},
        "state": "AssignToAssessor",
        "entered_at": now.isoformat().replace("+00:00", "Z"),
        "retry_count": 0,
    } | (body or {})
    Message.objects.create(
        id=uuid.uuid4(), execution=kept, queue="approval-assignments", body=sent, sent_at=now
    )
    return sent


def look():
    """A round that asks about every request."""
    ApprovalRequest.objects.update(check_at=None, ask_at="2026-01-01T00:00Z")
    return run()


def test_the_request_goes_on_for_the_same_people(failed, asha, deliver_all):
    redrive(failed)

    look()
    deliver_all()

    task = task_of(failed)
    assert (fresh(failed).status, fresh(failed).closed_at) == ("PENDING", None)
    assert (task.status, task.callback) == ("PENDING", "READY")
    assert task.due_at > timezone.now()
    assert Assignment.objects.get().state == "ACTIVE"
    assert repairs()[-1] == ("REDRIVEN", "MADE")


def test_everybody_hears_of_it(failed, deliver_all):
    redrive(failed)

    look()

    assert events("request_reopened").count() == 1
    assert events("task_assigned").count() == 2


def test_it_comes_to_its_end_like_any_other(failed, asha, deliver_all):
    redrive(failed)
    look()

    decide(task_of(failed), asha)
    deliver_all()

    assert (fresh(failed).status, execution_of(failed).status) == ("APPROVED", "SUCCEEDED")


def test_the_message_may_come_before_we_look(failed, asha, deliver_all):
    take_assignments({"message-1": redrive(failed)})
    assert execution_of(failed).status == "RUNNING"

    run()

    assert (fresh(failed).status, task_of(failed).status) == ("PENDING", "PENDING")


def test_the_message_may_come_after_we_looked(failed, asha, deliver_all):
    sent = redrive(failed)
    look()
    take_assignments({"message-1": sent})

    assert (task_of(failed).status, task_of(failed).callback) == ("PENDING", "READY")
    assert events("task_assigned").count() == 2


def test_it_is_stopped_where_approval_was_asked_for_again(failed, asha, ben, deliver_all):
    services.request_approval(question_id=failed.question_id, assigned_to=asha.email, actor=ben)
    deliver_all()
    redrive(failed)

    look()

    assert (fresh(failed).status, execution_of(failed).status) == ("FAILED", "ABORTED")
    assert ("REDRIVEN", "MADE") in repairs()


def test_it_is_stopped_where_the_question_has_a_newer_version(failed, ben, deliver_all):
    services.revise_question(question_id=failed.question_id, content=REVISED, actor=ben)
    redrive(failed)

    look()

    assert (fresh(failed).status, execution_of(failed).status) == ("FAILED", "ABORTED")


def test_that_of_a_decided_request_is_stopped(started, asha, deliver_all):
    started.kept = Execution.objects.get()
    decide(task_of(started), asha, "REJECTED")
    deliver_all()
    let_time_pass(minutes=5)
    redrive(started)

    look()

    assert (fresh(started).status, execution_of(started).status) == ("REJECTED", "ABORTED")


def test_that_of_a_withdrawn_request_is_stopped(started, ben, deliver_all):
    started.kept = Execution.objects.get()
    services.cancel_request(request_id=started.pk, actor=ben)
    deliver_all()
    let_time_pass(minutes=5)
    take_assignments({"message-1": redrive(started)})

    run()

    assert (fresh(started).status, execution_of(started).status) == ("CANCELLED", "ABORTED")
    assert task_of(started).callback == "MOOT"


def test_one_that_waits_where_no_decision_has_led_is_stopped(failed, deliver_all):
    redrive(failed, {"stage": 1})

    look()

    assert (fresh(failed).status, execution_of(failed).status) == ("FAILED", "ABORTED")


def test_it_is_left_alone_for_its_first_minute(failed):
    redrive(failed)
    ApprovalRequest.objects.update(check_at=None, ask_at="2026-01-01T00:00Z")
    events_before = events("repair_made").count()

    report = reconciling.reconcile()

    assert report.looked == 1
    assert fresh(failed).status == "FAILED"
    assert events("repair_made").count() == events_before


def test_an_outcome_that_came_after_the_fault_counts(started, asha, deliver_all):
    """The report of an approval could not be sent; redriven, it was, and the workflow ended."""
    decide(task_of(started), asha)
    deliver_all()
    run()
    # What a fault in the last state but one leaves here.
    ApprovalRequest.objects.update(status="FAILED")
    Execution.objects.update(stopped_at=timezone.now())

    look()
    run()

    assert fresh(started).status == "APPROVED"
