from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.workflows.conftest import INPUT, statements, token_of
from workflows import definitions, services
from workflows.exceptions import (
    ExecutionAlreadyExists,
    InvalidExecutionInput,
    InvalidName,
    StateMachineDoesNotExist,
)
from workflows.models import Definition, Execution, HistoryEvent, Message


def test_it_goes_on_to_the_first_state_that_waits(started):
    assert started.status == "RUNNING"
    assert started.state == "AssignToAssessor"
    assert started.waiting_for == "TOKEN"


def written(moment):
    """A moment as Step Functions writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def test_it_sends_the_assignment_with_the_token(started):
    message = Message.objects.get(execution=started)

    assert message.queue == "approval-assignments"
    assert message.body == {
        "type": "assignment",
        "request_id": "r-1",
        "stage": 0,
        "round": 0,
        "task_token": token_of(started),
        "execution": {
            "Id": "arn:aws:states:local:000000000000:execution:approval_workflow:approval-1",
            "Input": INPUT,
            "Name": "approval-1",
            "RoleArn": "arn:aws:iam::000000000000:role/approval_workflow",
            "StartTime": written(started.started_at),
        },
        "state": "AssignToAssessor",
        "entered_at": written(started.started_at),
        "retry_count": 0,
    }


def test_it_announces_the_message_without_its_body(started):
    message = Message.objects.get(execution=started)

    event = Event.objects.get(name="workflows.message_sent")

    assert event.payload == {
        "message_id": str(message.id),
        "queue": "approval-assignments",
        "execution": "approval-1",
    }


def test_the_token_is_nowhere_but_in_the_message(started):
    token = token_of(started)

    details = str(list(HistoryEvent.objects.values_list("details", flat=True)))

    assert "[hidden]" in details
    assert token not in details
    assert token not in str(Execution.objects.values().get())
    assert token not in str(list(Event.objects.values_list("payload", flat=True)))


def test_the_wake_up_is_the_stages_timeout_away(started):
    assert (started.wake_at - started.started_at).total_seconds() == 3600


def test_the_same_call_again_is_the_same_execution(started):
    again = services.start_execution(name="approval-1", input=dict(reversed(INPUT.items())))

    assert again.pk == started.pk
    assert HistoryEvent.objects.count() == started.history.count()
    assert Message.objects.count() == 1


def test_the_same_call_after_the_end_is_still_the_same_execution(started):
    services.stop_execution(name="approval-1")

    again = services.start_execution(name="approval-1", input=INPUT)

    assert again.status == "ABORTED"


@pytest.mark.parametrize("other", [{"stage": 1}, {"stage": False}, {"stage": 0.0}])
def test_a_taken_name_with_other_input_is_refused(started, other):
    with pytest.raises(ExecutionAlreadyExists):
        services.start_execution(name="approval-1", input=INPUT | other)

    assert Execution.objects.get().input == INPUT


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "a b", "ä", "a" * 81, "a/b", "a\n"])
def test_a_name_that_step_functions_would_refuse_is_refused(name):
    with pytest.raises(InvalidName):
        services.start_execution(name=name, input=INPUT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        {"a": "x" * 262_144},
        {"a": "\0"},
        {"\0": 1},
        {"a": "\ud800"},
        {"a": float("nan")},
        {"a": {1, 2}},
    ],
    ids=["too long", "NUL", "NUL in a name", "half a character", "not a number", "a set"],
)
def test_input_that_cannot_be_stored_is_refused(value):
    with pytest.raises(InvalidExecutionInput):
        services.start_execution(name="approval-1", input=value)

    assert not Execution.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "../config/settings", ""])
def test_a_definition_that_is_not_there_is_refused(name):
    with pytest.raises(StateMachineDoesNotExist):
        services.start_execution(name="approval-1", input=INPUT, definition=name)


@pytest.mark.django_db
def test_input_that_the_workflow_cannot_use_ends_the_execution():
    execution = services.start_execution(name="approval-1", input={})

    assert execution.status == "FAILED"
    assert execution.error == "States.Runtime"
    assert "'PrepareStage' (entered at the event id #2)" in execution.cause
    assert Event.objects.get(name="workflows.execution_ended").payload == {
        "execution": "approval-1",
        "status": "FAILED",
        "error": "States.Runtime",
    }


@pytest.mark.django_db
def test_a_callers_rollback_leaves_nothing_behind():
    with transaction.atomic():
        services.start_execution(name="approval-1", input=INPUT)
        transaction.set_rollback(True)

    assert not Execution.objects.exists()
    assert not Message.objects.exists()
    assert not Event.objects.filter(name="workflows.message_sent").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_starts_at_once_the_second_finds_the_first():
    def start():
        try:
            return services.start_execution(name="approval-1", input=INPUT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = services.start_execution(name="approval-1", input=INPUT)
            second = pool.submit(start)
            wait_until_someone_waits_for_a_lock()

        assert second.result(timeout=5).pk == first.pk

    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_takes_five_statements_and_a_notice():
    services.start_execution(name="approval-0", input=INPUT)

    with CaptureQueriesContext(connection) as queries:
        services.start_execution(name="approval-1", input=INPUT)

    *five, notice = statements(queries)
    assert len(five) == 5
    assert notice == "SELECT pg_notify('outbox', '')"


@pytest.mark.django_db
def test_the_definition_is_stored_once_under_its_digest():
    services.start_execution(name="approval-1", input=INPUT)
    services.start_execution(name="approval-2", input=INPUT)

    assert Definition.objects.get().digest == definitions.source("approval_workflow").digest
