import pytest

from core.errors import Invalid
from outbox.models import Event
from tests.workflows.conftest import events_of, token_of
from workflows import services
from workflows.exceptions import ExecutionDoesNotExist, TaskDoesNotExist
from workflows.models import Execution


def test_it_ends_as_aborted_with_its_reason(started):
    services.stop_execution(name="approval-1", error="Cancelled", cause="Ben withdrew it.")

    execution = Execution.objects.get()
    assert execution.status == "ABORTED"
    assert (execution.error, execution.cause) == ("Cancelled", "Ben withdrew it.")
    assert execution.wake_at is None
    assert execution.stopped_at is not None


def test_the_last_event_follows_nothing(started):
    services.stop_execution(name="approval-1", error="Cancelled", cause="Ben withdrew it.")

    last = started.history.latest("number")
    assert (last.type, last.number, last.previous) == ("ExecutionAborted", 8, 0)
    assert last.details == {"error": "Cancelled", "cause": "Ben withdrew it."}


def test_the_end_is_announced(started):
    services.stop_execution(name="approval-1")

    assert Event.objects.get(name="workflows.execution_ended").payload["status"] == "ABORTED"


def test_a_second_stop_changes_nothing(started):
    services.stop_execution(name="approval-1", cause="First.")

    services.stop_execution(name="approval-1", cause="Second.")

    assert Execution.objects.get().cause == "First."
    assert events_of(started).count("ExecutionAborted") == 1
    assert Event.objects.filter(name="workflows.execution_ended").count() == 1


def test_its_task_can_no_longer_be_answered(started):
    token = token_of(started)
    services.stop_execution(name="approval-1")

    with pytest.raises(TaskDoesNotExist):
        services.complete_task(token=token, output={})


@pytest.mark.django_db
def test_an_execution_that_is_not_there_is_refused():
    with pytest.raises(ExecutionDoesNotExist):
        services.stop_execution(name="approval-1")


@pytest.mark.parametrize("reason", [{"error": "e" * 257}, {"cause": "c" * 32_769}, {"cause": "\0"}])
def test_a_reason_that_cannot_be_kept_is_refused(started, reason):
    with pytest.raises(Invalid):
        services.stop_execution(name="approval-1", **reason)

    assert Execution.objects.get().status == "RUNNING"
