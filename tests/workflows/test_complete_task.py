from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.workflows.conftest import INPUT, events_of, statements, token_of
from workflows import services
from workflows.exceptions import InvalidOutput, InvalidToken, TaskDoesNotExist, TaskTimedOut
from workflows.local import tokens
from workflows.models import Execution, Message

APPROVED = {"verdict": "APPROVED"}
REJECTED = {"verdict": "REJECTED"}


def test_an_approval_leads_to_success(started):
    services.complete_task(token=token_of(started), output=APPROVED)
    execution = Execution.objects.get()

    assert execution.status == "SUCCEEDED"
    assert execution.state == "Success"
    assert execution.output["decision"] == APPROVED


def test_a_rejection_leads_to_failure_with_its_reason(started):
    services.complete_task(token=token_of(started), output=REJECTED)
    execution = Execution.objects.get()

    assert execution.status == "FAILED"
    assert execution.error == "Approval.Rejected"
    assert execution.cause == "The assessors rejected the question."


@pytest.mark.parametrize(
    ("output", "status"),
    [
        (APPROVED, "APPROVED"),
        (REJECTED, "REJECTED"),
        ({"verdict": "PERHAPS"}, "FAILED"),
        ({}, "FAILED"),
        ({"verdict": None}, "FAILED"),
        ("APPROVED", "FAILED"),
    ],
)
def test_the_outcome_is_sent_to_the_status_queue(started, output, status):
    services.complete_task(token=token_of(started), output=output)

    assert Message.objects.get(queue="approval-status").body == {
        "type": "status",
        "request_id": "r-1",
        "status": status,
        "execution": "approval-1",
    }


def test_the_history_goes_on_without_a_gap(started):
    services.complete_task(token=token_of(started), output=APPROVED)
    execution = Execution.objects.get()

    numbers = list(execution.history.order_by("number").values_list("number", "previous"))
    assert numbers == [(1, 0), (2, 0)] + [(n, n - 1) for n in range(3, 20)]
    assert events_of(execution)[7:] == [
        "TaskSucceeded",
        "TaskStateExited",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]


def test_the_end_is_announced_once(started):
    services.complete_task(token=token_of(started), output=APPROVED)

    assert Event.objects.get(name="workflows.execution_ended").payload == {
        "execution": "approval-1",
        "status": "SUCCEEDED",
        "error": "",
    }


@pytest.mark.django_db
def test_each_stage_gets_a_token_of_its_own():
    two = INPUT | {"last_stage": 1, "timeouts": [60, 90]}
    execution = services.start_execution(name="approval-1", input=two)
    first = token_of(execution)

    services.complete_task(token=first, output=APPROVED)
    execution = Execution.objects.get()

    message = Message.objects.latest("sent_at")
    assert (message.body["stage"], message.body["round"]) == (1, 0)
    assert message.body["task_token"] != first
    assert (execution.wake_at - message.sent_at).total_seconds() == 90


def test_requested_changes_lead_back_to_the_same_stage(started):
    services.complete_task(token=token_of(started), output={"verdict": "CHANGES_REQUESTED"})
    revision = Message.objects.latest("sent_at")

    services.complete_task(token=token_of(started), output={"version": 2})
    execution = Execution.objects.get()

    assert revision.body["type"] == "revision"
    again = Message.objects.latest("sent_at")
    assert (again.body["type"], again.body["stage"], again.body["round"]) == ("assignment", 0, 1)
    assert execution.state == "AssignToAssessor"


def test_a_second_answer_to_an_ended_execution_is_refused(started):
    token = token_of(started)
    services.complete_task(token=token, output=APPROVED)

    with pytest.raises(TaskDoesNotExist):
        services.complete_task(token=token, output=REJECTED)

    assert Execution.objects.get().status == "SUCCEEDED"


def test_a_token_of_a_state_that_was_left_is_refused(started):
    token = token_of(started)
    services.complete_task(token=token, output={"verdict": "CHANGES_REQUESTED"})

    with pytest.raises(TaskTimedOut):
        services.complete_task(token=token, output=APPROVED)

    assert Execution.objects.get().state == "AwaitRevision"


@pytest.mark.parametrize("token", ["", "token", "0" * 32, "ä" * 40, "\ud800", "a.b.c"])
def test_what_is_no_token_is_refused(started, token):
    with pytest.raises(InvalidToken):
        services.complete_task(token=token, output=APPROVED)


def test_a_forged_token_of_a_real_execution_is_refused(started):
    forged = f"{started.id.hex}.x.{'0' * 64}"

    with pytest.raises(InvalidToken):
        services.complete_task(token=forged, output=APPROVED)


@pytest.mark.django_db
def test_a_genuine_token_of_an_execution_that_is_gone_is_refused(started):
    token = tokens.issue(started.id)
    Message.objects.all().delete()
    Execution.objects.all().delete()

    with pytest.raises(TaskDoesNotExist):
        services.complete_task(token=token, output=APPROVED)


def test_output_that_gives_the_token_away_is_refused(started):
    token = token_of(started)

    with pytest.raises(InvalidOutput):
        services.complete_task(token=token, output={"note": f"I used {token}."})

    assert Execution.objects.get().state == "AssignToAssessor"


@pytest.mark.parametrize("output", [{"a": "x" * 262_144}, {"a": "\0"}, {"a": object()}])
def test_output_that_cannot_be_stored_changes_nothing(started, output):
    before = Execution.objects.values().get()

    with pytest.raises(InvalidOutput):
        services.complete_task(token=token_of(started), output=output)

    assert Execution.objects.values().get() == before
    assert started.history.count() == 7


def test_output_that_makes_the_next_state_too_big_ends_the_execution(started):
    output = {"verdict": "APPROVED", "a": "x" * 262_000}

    services.complete_task(token=token_of(started), output=output)
    execution = Execution.objects.get()

    assert execution.status == "FAILED"
    assert execution.error == "States.DataLimitExceeded"


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_gives_way():
    execution = services.start_execution(name="approval-1", input=INPUT)
    token = token_of(execution)

    def reject():
        try:
            services.complete_task(token=token, output=REJECTED)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.complete_task(token=token, output=APPROVED)
            rejection = pool.submit(reject)
            wait_until_someone_waits_for_a_lock()

        with pytest.raises(TaskDoesNotExist):
            rejection.result(timeout=5)

    assert Execution.objects.get().status == "SUCCEEDED"
    assert events_of(execution).count("TaskSucceeded") == 2


def test_it_takes_five_statements(started):
    services.start_execution(name="approval-2", input=INPUT)
    token = token_of(started)

    with CaptureQueriesContext(connection) as queries:
        services.complete_task(token=token, output=APPROVED)

    # The first answer in a process reads the definition, too.
    sent = [sql for sql in statements(queries) if "workflows_definition" not in sql[:60]]
    assert len(sent) == 5
