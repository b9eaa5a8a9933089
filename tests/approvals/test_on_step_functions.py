"""Requests whose workflow AWS runs: the stub sends the messages, this process takes them in."""

from dataclasses import replace
from datetime import datetime

import pytest

from approvals import services
from approvals.bridges import workflow
from approvals.consumers import take_assignments, take_statuses
from approvals.models import ApprovalRequest, ApprovalTask
from tests.approvals.conftest import REVISED, decide, make_overdue
from tests.contract.conftest import ends, stub
from workflows import services as workflows
from workflows.consumers import take_status_changes
from workflows.models import Execution
from workflows.selectors import Visit, visit

__all__ = ["stub"]
TAKE = {"approval-assignments": take_assignments, "approval-status": take_statuses}


@pytest.fixture
def run(stub, deliver_all, settings):
    """Let everything happen that is under way, until nothing is left to do."""
    taken = 0

    def go(hold=()):
        nonlocal taken
        deliver_all()
        while taken < len(stub.aws.messages):
            address, body = stub.aws.messages[taken]
            taken += 1
            queue = address.removeprefix(settings.QUEUE_PREFIX)
            if queue not in hold:
                TAKE[queue]({str(taken): body})
                deliver_all()
        for name, execution in stub.aws.executions.items():
            if "status" not in hold:
                take_status_changes({"1": _change(name, execution, settings.STATE_MACHINE_ARN)})
        deliver_all()

    return go


def _change(name, execution, machine):
    detail = {
        "name": name,
        "status": execution.run.status,
        "redriveCount": execution.redrives,
        "stateMachineArn": machine,
        "executionArn": f"{machine.replace(':stateMachine:', ':execution:')}:{name}",
    }
    return {"detail-type": "Step Functions Execution Status Change", "detail": detail}


@pytest.fixture
def started(submit, run):
    request = submit()
    run()
    return request


def fresh(request):
    return ApprovalRequest.objects.get(pk=request.pk)


def test_the_row_shows_where_a_running_execution_is(started):
    row = Execution.objects.get(name=started.execution_name)

    assert (row.status, row.state, row.waiting_for) == ("RUNNING", "AssignToAssessor", "ELSEWHERE")
    assert started.tasks.get().callback == "READY"
    assert len(started.tasks.get().task_token) == 2048


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [("APPROVED", "APPROVED", "SUCCEEDED"), ("REJECTED", "REJECTED", "FAILED")],
)
def test_a_verdict_reaches_the_end(started, run, asha, verdict, outcome, status):
    decide(started.tasks.get(), asha, verdict)
    run()

    assert fresh(started).status == outcome
    assert Execution.objects.get().status == status
    assert started.tasks.get().callback == "DELIVERED"
    assert [end["status"] for end in ends()] == [status]


def test_a_life_cycle_costs_four_calls(stub, submit, run, asha):
    request = submit()
    run()
    decide(request.tasks.get(), asha)
    run()
    run()

    assert stub.aws.calls == [
        "StartExecution",
        "SendTaskSuccess",
        "DescribeExecution",
        "GetExecutionHistory",
    ]


def test_a_decision_before_the_workflow_asked_is_not_lost(submit, run, asha):
    request = submit()
    decide(request.tasks.get(), asha)

    run()

    assert fresh(request).status == "APPROVED"


def test_changes_lead_to_a_second_round(started, run, asha, ben):
    decide(started.tasks.get(), asha, "CHANGES_REQUESTED")
    run()
    services.revise_question(question_id=started.question_id, content=REVISED, actor=ben)
    run()
    decide(started.tasks.get(round=1), asha, digest=REVISED.digest)
    run()

    assert fresh(started).status == "APPROVED"
    assert Execution.objects.get().status == "SUCCEEDED"


def test_an_overdue_task_expires_the_request(started, run):
    make_overdue(started.tasks.get())
    services.expire_overdue_tasks()
    run()

    assert fresh(started).status == "EXPIRED"
    assert Execution.objects.get().error == "Approval.Expired"


def test_a_withdrawn_request_stops_its_execution(started, run, ben):
    services.cancel_request(request_id=started.pk, actor=ben)
    run()

    assert Execution.objects.get().status == "ABORTED"
    assert fresh(started).status == "CANCELLED"


def test_an_execution_stopped_by_hand_fails_its_request(started, run):
    workflows.stop_execution(name=started.execution_name)
    run()

    assert fresh(started).status == "FAILED"


def test_doubled_messages_change_nothing(stub, started, run, asha, settings):
    decide(started.tasks.get(), asha)
    run()

    for address, body in stub.aws.messages * 2:
        TAKE[address.removeprefix(settings.QUEUE_PREFIX)]({"again": body})
    run()

    assert fresh(started).status == "APPROVED"
    assert stub.aws.calls.count("SendTaskSuccess") <= 3


class TestAnAnswerThatIsRefused:
    """The error says little: how the execution stands decides."""

    def test_was_taken_if_the_state_was_answered(self, stub, started, asha):
        task = started.tasks.get()
        workflows.complete_task(token=task.task_token, output={"verdict": "CHANGES_REQUESTED"})
        decide(task, asha, "CHANGES_REQUESTED")

        workflow.answer(ApprovalTask.objects.get(pk=task.pk))

        assert Execution.objects.get().status == "RUNNING"
        assert started.tasks.get().callback == "DELIVERED"

    def test_is_due_again_if_a_retry_gave_out_a_newer_token(self, stub, started, asha, run):
        task = started.tasks.get()
        workflows.fail_task(token=task.task_token, error="SQS.SdkClientException")
        decide(task, asha)

        workflow.answer(ApprovalTask.objects.get(pk=task.pk))

        assert started.tasks.get().callback == "READY"
        stub.aws.later(minutes=5)
        run()
        run()
        assert fresh(started).status == "APPROVED"

    def test_is_due_again_if_a_redrive_gave_out_a_newer_token(self, stub, submit, run, asha):
        request = submit()
        run()
        # Nobody hears of the end: both are over before anyone asks.
        stub.aws.call("StopExecution", {"executionArn": f"x:{request.execution_name}"})
        stub.aws.redrive(request.execution_name)
        decide(request.tasks.get(), asha)

        workflow.answer(request.tasks.select_related("request").get())

        assert request.tasks.get().callback == "READY"
        run()
        assert fresh(request).status == "APPROVED"

    def test_came_too_late_if_the_state_gave_up(self, stub, started, asha, caplog):
        task = started.tasks.get()
        decide(task, asha)
        execution = stub.aws.executions[started.execution_name]
        # The report of the end waits for its queue, so that the execution still runs.
        stub.aws.later(days=60)
        stub.aws.call("DescribeExecution", {"executionArn": f"x:{started.execution_name}"})
        kept = [event for event in execution.events if event["type"] != "ExecutionFailed"]
        execution.events[:] = kept
        again = {"status": "RUNNING", "stopped_at": None, "error": "", "cause": ""}
        execution.run = replace(execution.run, **again)

        workflow.answer(ApprovalTask.objects.get(pk=task.pk))

        assert started.tasks.get().callback == "MOOT"
        assert "is RUNNING without APPROVED" in caplog.text

    def test_is_told_by_the_history(self, stub, started, asha):
        entered_at = Execution.objects.get().progress["entered_at"]

        workflows.sync(started.execution_name)

        assert visit(started.execution_name, datetime.fromisoformat(entered_at)) == Visit.WAITING
        decide(started.tasks.get(), asha, "CHANGES_REQUESTED")
        workflow.answer(ApprovalTask.objects.get(request=started))
        workflows.sync(started.execution_name)
        assert visit(started.execution_name, datetime.fromisoformat(entered_at)) == Visit.ANSWERED
