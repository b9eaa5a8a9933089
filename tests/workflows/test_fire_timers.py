from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.workflows.conftest import INPUT, events_of, token_of
from workflows import definitions, services, tasks
from workflows.exceptions import TaskDoesNotExist, TaskTimedOut
from workflows.models import Execution, Message


@pytest.fixture
def defined(monkeypatch):
    """Runs a document given here in place of one in a file."""

    def define(states, **top):
        document = {"StartAt": next(iter(states)), "States": states} | top
        monkeypatch.setattr(definitions, "source", lambda name: definitions.Source(name, document))
        return services.start_execution(name="timed", input={}, definition="timed")

    return define


WAIT = {"W": {"Type": "Wait", "Seconds": 60, "Next": "S"}, "S": {"Type": "Succeed"}}
TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {
        "QueueUrl": "approval-assignments",
        "MessageBody": {"task_token.$": "$$.Task.Token"},
    },
    "End": True,
}


def later(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def test_before_its_time_nothing_happens(started):
    assert services.fire_timers(at=later(3500)) == 0
    assert Execution.objects.get().status == "RUNNING"


def test_a_verdict_that_does_not_come_in_time_expires_the_request(started):
    assert services.fire_timers(at=later(3601)) == 1

    assert Message.objects.get(queue="approval-status").body["status"] == "EXPIRED"
    assert events_of(started)[7:9] == ["TaskTimedOut", "TaskStateExited"]
    assert started.history.get(number=8).details["error"] == "States.Timeout"


def test_an_answer_after_the_timeout_is_refused(started):
    token = token_of(started)
    services.fire_timers(at=later(3601))

    with pytest.raises(TaskDoesNotExist):
        services.complete_task(token=token, output={"verdict": "APPROVED"})


def test_a_timer_that_was_overtaken_by_an_answer_does_nothing(started):
    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})

    assert services.fire_timers(at=later(3601)) == 0


@pytest.mark.django_db
def test_a_wait_state_goes_on_when_its_time_has_come(defined):
    execution = defined(WAIT)

    services.fire_timers(at=later(61))

    assert events_of(execution)[1:3] == ["WaitStateEntered", "WaitStateExited"]
    assert Execution.objects.get().status == "SUCCEEDED"


@pytest.mark.django_db
def test_the_databases_clock_decides(defined):
    defined(
        {"W": {"Type": "Wait", "Timestamp": "2100-01-01T00:00:00Z", "Next": "S"}, "S": WAIT["S"]}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflows_execution SET wake_at = clock_timestamp(), progress ="
            " jsonb_set(progress, '{until}', to_jsonb(clock_timestamp()))"
        )

    assert tasks.fire_timers() == 1
    assert Execution.objects.get().status == "SUCCEEDED"


@pytest.mark.django_db
def test_a_missed_heartbeat_ends_the_task(defined):
    execution = defined({"A": TASK | {"HeartbeatSeconds": 30}})

    services.fire_timers(at=later(31))

    execution.refresh_from_db()
    assert (execution.status, execution.error) == ("FAILED", "States.HeartbeatTimeout")


@pytest.mark.django_db
def test_a_heartbeat_puts_the_end_off(defined):
    execution = defined({"A": TASK | {"HeartbeatSeconds": 30}})
    first = execution.wake_at

    services.heartbeat(token=token_of(execution))
    beaten = Execution.objects.get()

    assert beaten.wake_at > first
    assert events_of(execution)[-1] == "TaskSubmitted"


@pytest.mark.django_db
def test_a_heartbeat_does_not_put_the_timeout_off(defined):
    execution = defined({"A": TASK | {"HeartbeatSeconds": 30, "TimeoutSeconds": 31}})

    services.heartbeat(token=token_of(execution))
    beaten = Execution.objects.get()

    assert beaten.wake_at <= execution.started_at + timedelta(seconds=31)


@pytest.mark.django_db
def test_a_retry_sends_again_with_a_new_token(defined):
    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "MaxAttempts": 1}
    execution = defined({"A": TASK | {"Retry": [retry]}})
    first = token_of(execution)
    services.fail_task(token=first, error="Busy", cause="")

    services.fire_timers(at=later(6))

    assert Message.objects.count() == 2
    second = Message.objects.latest("sent_at").body["task_token"]
    assert second != first
    with pytest.raises(TaskTimedOut):
        services.complete_task(token=first, output={})
    services.complete_task(token=second, output={})
    assert Execution.objects.get().status == "SUCCEEDED"


@pytest.mark.django_db
def test_the_whole_execution_can_run_out_of_time(defined):
    execution = defined(WAIT, TimeoutSeconds=10)

    services.fire_timers(at=later(11))

    assert Execution.objects.get().status == "TIMED_OUT"
    assert events_of(execution)[-1] == "ExecutionTimedOut"


@pytest.mark.django_db
def test_at_most_as_many_as_asked_for_are_woken():
    for number in range(3):
        services.start_execution(name=f"approval-{number}", input=INPUT)

    assert services.fire_timers(limit=2, at=later(3601)) == 2
    assert Execution.objects.running().count() == 1


@pytest.mark.django_db
def test_one_that_cannot_move_does_not_stop_the_others(started, caplog):
    other = services.start_execution(name="approval-2", input=INPUT)
    Execution.objects.filter(pk=started.pk).update(state="Nowhere")

    services.fire_timers(at=later(3601), limit=5)

    other.refresh_from_db()
    assert other.status == "FAILED"
    assert "Could not fire the timer of execution approval-1" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_execution_that_somebody_is_moving_is_left_to_them():
    services.start_execution(name="approval-1", input=INPUT)

    def fire():
        try:
            return services.fire_timers(at=later(3601))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Execution.objects.locked().get()
        assert pool.submit(fire).result(timeout=5) == 0
