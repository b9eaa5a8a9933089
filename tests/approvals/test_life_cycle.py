"""From submission to the workflow's end, with every delivery run in this process."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import services
from approvals.bridges import workflow
from approvals.consumers import take_statuses
from approvals.exceptions import DecisionUnderWay
from approvals.models import ApprovalRequest
from approvals.subscribers import close_what_the_workflow_left_open
from outbox.events import Permanent
from outbox.models import Delivery, Event
from tests.approvals.conftest import REVISED, decide, make_overdue
from workflows import services as workflows
from workflows.events import ExecutionEnded
from workflows.exceptions import ExecutionDoesNotExist


def execution_of(request):
    return workflows.describe(name=request.execution_name)


@pytest.fixture
def started(submit, deliver_all):
    """A request whose execution waits for Asha."""
    request = submit()
    deliver_all()
    return request


def test_the_execution_waits_for_the_assessor(started):
    execution = execution_of(started)

    assert (execution.status, execution.state) == ("RUNNING", "AssignToAssessor")
    assert started.tasks.get().callback == "READY"


def test_an_approval_ends_in_success(started, asha, deliver_all):
    decide(started.tasks.get(), asha)
    deliver_all()

    started.refresh_from_db()
    execution = execution_of(started)
    assert (started.status, execution.status, execution.state) == (
        "APPROVED",
        "SUCCEEDED",
        "Success",
    )
    assert started.tasks.get().callback == "DELIVERED"


def test_a_rejection_ends_in_failed(started, asha, deliver_all):
    decide(started.tasks.get(), asha, "REJECTED")
    deliver_all()

    started.refresh_from_db()
    execution = execution_of(started)
    assert (started.status, execution.status, execution.state) == ("REJECTED", "FAILED", "Failed")
    assert execution.error == "Approval.Rejected"


def test_a_decision_before_the_workflow_asked_is_not_lost(submit, asha, deliver_all):
    request = submit()
    decide(request.tasks.get(), asha)

    deliver_all()

    request.refresh_from_db()
    assert (request.status, execution_of(request).status) == ("APPROVED", "SUCCEEDED")


def test_an_expiry_ends_in_failed(started, deliver_all):
    make_overdue(started.tasks.get())
    services.expire_overdue_tasks()
    deliver_all()

    started.refresh_from_db()
    assert (started.status, execution_of(started).error) == ("EXPIRED", "Approval.Expired")


def test_a_withdrawal_stops_the_execution(started, ben, deliver_all):
    services.cancel_request(request_id=started.pk, actor=ben)
    deliver_all()

    assert execution_of(started).status == "ABORTED"


def test_a_request_withdrawn_before_the_start_never_starts(submit, ben, deliver_all):
    request = submit()
    services.cancel_request(request_id=request.pk, actor=ben)
    deliver_all()

    with pytest.raises(ExecutionDoesNotExist):
        execution_of(request)
    assert not Delivery.objects.exclude(status="DONE").exists()


def test_two_stages_are_passed_one_after_the_other(submit, asha, ada, deliver_all):
    policy = {"stages": [{"assessors": [asha.email]}, {"assessors": [ada.email]}]}
    request = submit(policy=policy, assigned_to="")
    deliver_all()
    decide(request.tasks.get(), asha)
    deliver_all()

    decide(request.tasks.get(stage=1), ada)
    deliver_all()

    request.refresh_from_db()
    assert (request.status, execution_of(request).status) == ("APPROVED", "SUCCEEDED")


def test_changes_lead_to_a_new_version_and_back_to_the_same_stage(started, asha, ben, deliver_all):
    decide(started.tasks.get(), asha, "CHANGES_REQUESTED")
    deliver_all()
    started.refresh_from_db()
    assert (started.status, execution_of(started).state) == ("CHANGES_REQUESTED", "AwaitRevision")

    services.revise_question(question_id=started.question_id, content=REVISED, actor=ben)
    deliver_all()
    second = started.tasks.get(round=1)
    assert (second.stage, second.assigned_to, second.status) == (0, asha, "PENDING")

    decide(second, asha, digest=REVISED.digest)
    deliver_all()
    started.refresh_from_db()
    assert (started.status, started.version.number) == ("APPROVED", 2)


def test_an_execution_that_was_stopped_does_not_strand_its_request(started, deliver_all):
    workflows.stop_execution(name=started.execution_name, cause="Stopped by hand.")
    deliver_all()

    started.refresh_from_db()
    task = started.tasks.get()
    assert (started.status, task.status, task.callback) == ("FAILED", "CANCELLED", "MOOT")
    assert task.assignments.get().state == "ENDED"


def test_after_a_stopped_execution_approval_can_be_asked_for_again(started, asha, ben, deliver_all):
    workflows.stop_execution(name=started.execution_name)
    deliver_all()

    again = services.request_approval(
        question_id=started.question_id, assigned_to=asha.email, actor=ben
    )

    assert again.status == "PENDING"


def test_a_reported_end_is_left_to_the_status_queue(started, asha, deliver_all):
    decide(started.tasks.get(), asha, "REJECTED")
    ended = ExecutionEnded(
        execution=started.execution_name, status="FAILED", error="Approval.Rejected"
    )

    close_what_the_workflow_left_open([(ended, None)])

    started.refresh_from_db()
    assert started.status == "PENDING"


def test_word_of_an_earlier_version_does_not_answer_for_a_later_one(
    started, asha, ben, deliver_all
):
    decide(started.tasks.get(), asha, "CHANGES_REQUESTED")
    deliver_all()
    services.revise_question(question_id=started.question_id, content=REVISED, actor=ben)
    deliver_all()
    decide(started.tasks.get(round=1), asha, "CHANGES_REQUESTED")
    deliver_all()

    again = Delivery.objects.filter(subscriber="approvals.resume_workflow_with_new_version")
    again.update(status="WAITING", attempts=0, due_at=Now())
    deliver_all()

    started.refresh_from_db()
    assert started.status == "CHANGES_REQUESTED"
    assert execution_of(started).state == "AwaitRevision"
    assert not started.tasks.filter(round=2).exists()


def test_a_verdict_given_in_time_is_not_overruled_by_the_engines_timeout(
    started, asha, deliver_all
):
    decide(started.tasks.get(), asha)
    workflows.fire_timers(at=timezone.now() + timedelta(days=30))

    with pytest.raises(DecisionUnderWay):
        take_statuses({"m": {"request_id": str(started.pk), "status": "EXPIRED"}})

    started.refresh_from_db()
    assert started.status == "PENDING"


def test_a_verdict_that_the_workflow_ended_without_is_not_called_delivered(
    started, asha, deliver_all
):
    decide(started.tasks.get(), asha)
    workflows.fire_timers(at=timezone.now() + timedelta(days=30))

    workflow.answer(started.tasks.select_related("request").get())

    assert started.tasks.get().callback == "MOOT"


def test_every_delivery_twice_changes_nothing(submit, asha, deliver_all):
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha)
    deliver_all()
    events = Event.objects.count()

    Delivery.objects.update(status="WAITING", attempts=0, due_at=Now())
    deliver_all()

    request.refresh_from_db()
    assert request.status == "APPROVED"
    assert execution_of(request).status == "SUCCEEDED"
    assert Event.objects.count() == events
    assert not Delivery.objects.exclude(status="DONE").exists()


def test_no_token_is_left_in_the_event_log(started):
    token = started.tasks.get().task_token

    assert len(token) > 20
    assert not Event.objects.filter(payload__icontains=token).exists()


def test_no_token_is_in_any_log_line(submit, asha, ben, deliver_all, caplog):
    caplog.set_level(logging.DEBUG)
    # Django's own debugging, too: statements have tokens among their values.
    with CaptureQueriesContext(connection):
        request = submit()
        deliver_all()
        decide(request.tasks.get(), asha, "CHANGES_REQUESTED")
        deliver_all()
        request.refresh_from_db()
        tokens = {request.tasks.get().task_token, request.revision_token}
        services.revise_question(question_id=request.question_id, content=REVISED, actor=ben)
        deliver_all()
        again = request.tasks.get(round=1)
        tokens.add(again.task_token)
        decide(again, asha, digest=REVISED.digest)
        deliver_all()

    request.refresh_from_db()
    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert request.status == "APPROVED"
    assert len([token for token in tokens if len(token) > 20]) == 3
    assert [line for line in lines if any(token in line for token in tokens)] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"request_id": "x", "status": "APPROVED"},
        {"request_id": "11111111-1111-4111-8111-111111111111", "status": "BORED"},
        {"request_id": "11111111-1111-4111-8111-111111111111", "status": "PENDING"},
    ],
)
def test_a_status_that_no_state_sends_is_given_up_at_once(body):
    with pytest.raises(Permanent):
        take_statuses({"message-1": body})


def test_a_doubled_status_message_closes_once(started, asha, deliver_all):
    decide(started.tasks.get(), asha)
    deliver_all()
    closed_at = ApprovalRequest.objects.get().closed_at

    take_statuses({"message-2": {"request_id": str(started.pk), "status": "APPROVED"}})

    assert ApprovalRequest.objects.get().closed_at == closed_at


def test_many_requests_go_through_together(submit, asha, deliver_all):
    requests = [submit() for _ in range(5)]
    deliver_all()
    for number, request in enumerate(requests):
        decide(request.tasks.get(), asha, "REJECTED" if number == 3 else "APPROVED")

    deliver_all()

    statuses = ApprovalRequest.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["APPROVED", "APPROVED", "APPROVED", "REJECTED", "APPROVED"]
    assert {execution_of(request).status for request in requests} == {"SUCCEEDED", "FAILED"}


def test_one_that_was_withdrawn_does_not_hold_up_the_others(submit, asha, ben, deliver_all):
    first, second = submit(), submit()
    services.cancel_request(request_id=first.pk, actor=ben)
    deliver_all()
    decide(second.tasks.get(), asha)
    deliver_all()

    second.refresh_from_db()
    assert second.status == "APPROVED"
