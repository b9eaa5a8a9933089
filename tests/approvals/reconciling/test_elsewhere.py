"""The same troubles with workflows that Step Functions runs: a stub of it, and two emulators."""

import pytest
from django.db import connection

from approvals import services
from approvals.bridges import workflow
from approvals.consumers import take_assignments
from approvals.models import ApprovalRequest, ApprovalTask, Decision, Repair
from core import aws
from outbox.models import Delivery
from tests.approvals.conftest import decide
from tests.approvals.reconciling.conftest import (
    events,
    fresh,
    let_time_pass,
    repairs,
    run,
    task_of,
)
from tests.contract.conftest import eventually
from workflows import services as workflows
from workflows.models import Execution, HistoryEvent
from workflows.stepfunctions import calls


def status_of(request):
    return workflows.sync(request.execution_name).status


def take_message(engine, request, count=1):
    """What the consumer of the queue does."""
    take_assignments({"message-1": engine.message(request.execution_name, count)})


def begun(engine, request, deliver_all):
    """Started, its message sent, and all of that recorded here."""
    deliver_all()
    last = "TaskScheduled" if engine.differs("all events in the history") else "TaskSubmitted"
    eventually(lambda: last_event(request), lambda event: event == last)


def last_event(request):
    workflows.sync(request.execution_name)
    return HistoryEvent.objects.order_by("number").values_list("type", flat=True).last()


def stop_by_hand(request):
    """As an operator does in the console."""
    aws.client("stepfunctions").stop_execution(
        executionArn=calls.execution_arn(request.execution_name), error="Operator.Stopped"
    )


def ask_about_all():
    ApprovalRequest.objects.update(check_at=None, ask_at="2026-01-01T00:00Z")
    return run()


@pytest.fixture
def waiting(elsewhere, submit, deliver_all):
    """An execution elsewhere that waits for Asha, as we know."""
    request = submit()
    begun(elsewhere, request, deliver_all)
    take_message(elsewhere, request)
    return request


def test_all_is_well_and_nothing_is_done(waiting):
    report = ask_about_all()

    assert (report.looked, report.failed, repairs()) == (1, 0, [])


def test_a_lost_start_is_made_up_for(elsewhere, submit):
    request = submit()
    Delivery.objects.all().delete()

    run()

    assert status_of(request) == "RUNNING"
    assert repairs() == [("LOST_START", "MADE")]


def test_an_execution_that_was_stopped_behind_our_back_closes_its_request(
    elsewhere,
    waiting,
):
    elsewhere.leave_out("stop")
    stop_by_hand(waiting)
    eventually(lambda: status_of(waiting), lambda status: status == "ABORTED")
    Delivery.objects.all().delete()

    ask_about_all()

    assert fresh(waiting).status == "FAILED"
    assert "Operator.Stopped" in Repair.objects.get().found


def test_the_engine_itself_is_asked_and_not_our_record_of_it(elsewhere, waiting):
    """Nobody told us of the stop: the row still says RUNNING when the round begins."""
    elsewhere.leave_out("stop")
    stop_by_hand(waiting)
    assert Execution.objects.get().status == "RUNNING"

    ask_about_all()
    ask_about_all()

    assert Execution.objects.get().status == "ABORTED"
    assert fresh(waiting).status == "FAILED"


def test_a_lost_message_is_read_back_from_the_history(
    elsewhere,
    submit,
    asha,
    deliver_all,
):
    elsewhere.leave_out("parameters in the history")
    request = submit()
    begun(elsewhere, request, deliver_all)

    ask_about_all()
    assert task_of(request).callback == "READY"
    assert repairs() == [("LOST_TOKEN", "MADE")]

    decide(task_of(request), asha)
    deliver_all()
    eventually(lambda: status_of(request), lambda status: status == "SUCCEEDED")


def test_a_message_that_comes_after_all_changes_nothing(
    elsewhere,
    submit,
    deliver_all,
):
    elsewhere.leave_out("parameters in the history")
    request = submit()
    begun(elsewhere, request, deliver_all)
    ask_about_all()
    held = task_of(request).task_token

    take_message(elsewhere, request)

    assert task_of(request).task_token == held
    assert events("task_assigned").count() == 1


def test_an_outcome_whose_message_was_lost_is_taken_over(waiting, asha):
    decide(task_of(waiting), asha)
    workflow.answer(task_of(waiting))
    eventually(lambda: status_of(waiting), lambda status: status == "SUCCEEDED")
    Delivery.objects.all().delete()

    run()

    assert fresh(waiting).status == "APPROVED"
    assert repairs() == [("ENDED_UNHEARD", "MADE")]


def test_an_undelivered_decision_is_delivered(waiting, asha):
    decide(task_of(waiting), asha)
    Delivery.objects.all().delete()

    run()

    eventually(lambda: status_of(waiting), lambda status: status == "SUCCEEDED")
    assert task_of(waiting).callback == "DELIVERED"


def test_a_database_without_the_record_of_the_execution_fetches_it(
    elsewhere,
    waiting,
    asha,
):
    Execution.objects.all().delete()

    ask_about_all()

    assert Execution.objects.get().name == waiting.execution_name
    assert repairs() == [("LOST_RECORD", "MADE")]


def test_a_database_without_record_token_and_message_finds_all_of_it_again(
    elsewhere,
    submit,
    asha,
    deliver_all,
):
    """As restored from a backup of the moment after the submission."""
    elsewhere.leave_out("parameters in the history")
    request = submit()
    begun(elsewhere, request, deliver_all)
    take_message(elsewhere, request)
    Execution.objects.all().delete()
    ApprovalTask.objects.update(task_token="", task_token_generation="", callback="AWAITING_TOKEN")
    Delivery.objects.all().delete()

    ask_about_all()
    let_time_pass(minutes=2)
    ask_about_all()
    decide(task_of(request), asha)
    deliver_all()

    eventually(lambda: status_of(request), lambda status: status == "SUCCEEDED")
    assert repairs() == [("LOST_RECORD", "MADE"), ("LOST_TOKEN", "MADE")]


@pytest.mark.usefixtures("_decisions_can_be_forgotten")
def test_an_approval_that_a_restored_database_has_forgotten_is_not_made_up(waiting, asha):
    decide(task_of(waiting), asha)
    workflow.answer(task_of(waiting))
    eventually(lambda: status_of(waiting), lambda status: status == "SUCCEEDED")
    Decision.objects.all()._raw_delete("default")
    ApprovalTask.objects.update(status="PENDING", decided_at=None, callback="READY")

    ask_about_all()

    assert fresh(waiting).status == "PENDING"
    assert repairs() == [("DIVERGED", "PARKED")]


@pytest.fixture
def _decisions_can_be_forgotten(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


@pytest.fixture
def redriven(stub, submit, deliver_all):
    """Stopped by a mistake, which closed the request, and then redriven on AWS."""
    request = submit()
    begun(stub, request, deliver_all)
    take_message(stub, request)
    stop_by_hand(request)
    workflows.sync(request.execution_name)
    deliver_all()
    assert fresh(request).status == "FAILED"
    let_time_pass(minutes=5)
    stub.aws.redrive(request.execution_name)
    workflows.sync(request.execution_name)
    return request


def test_a_redriven_execution_reopens_its_request(stub, redriven, asha, deliver_all):
    ask_about_all()

    assert (fresh(redriven).status, task_of(redriven).callback) == ("PENDING", "READY")
    decide(task_of(redriven), asha)
    deliver_all()
    assert status_of(redriven) == "SUCCEEDED"


def test_the_message_of_a_redriven_execution_may_come_first(
    stub,
    redriven,
    asha,
    deliver_all,
):
    take_message(stub, redriven, count=2)
    assert status_of(redriven) == "RUNNING"

    ask_about_all()

    assert (fresh(redriven).status, task_of(redriven).status) == ("PENDING", "PENDING")


def test_a_redriven_execution_of_a_withdrawn_request_is_stopped(
    stub,
    waiting_on_stub,
    ben,
    deliver_all,
):
    services.cancel_request(request_id=waiting_on_stub.pk, actor=ben)
    deliver_all()
    let_time_pass(minutes=5)
    stub.aws.redrive(waiting_on_stub.execution_name)
    workflows.sync(waiting_on_stub.execution_name)

    ask_about_all()

    assert (fresh(waiting_on_stub).status, status_of(waiting_on_stub)) == ("CANCELLED", "ABORTED")
    assert repairs() == [("REDRIVEN", "MADE")]


@pytest.fixture
def waiting_on_stub(stub, submit, deliver_all):
    request = submit()
    begun(stub, request, deliver_all)
    take_message(stub, request)
    return request


def test_an_engine_that_answers_with_faults_is_asked_again(waiting_on_stub, stub):
    stub.aws.fail_next(*["throttled"] * 40)
    first = ask_about_all()
    stub.aws.faults.clear()

    second = ask_about_all()

    assert (first.failed, second.failed, repairs()) == (1, 0, [])
