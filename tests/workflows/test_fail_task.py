import pytest

from tests.workflows.conftest import events_of, token_of
from workflows import services
from workflows.exceptions import InvalidOutput, InvalidToken, TaskDoesNotExist
from workflows.models import Execution, Message


def fail(execution, error, cause="Nobody answered in time."):
    services.fail_task(token=token_of(execution), error=error, cause=cause)
    return Execution.objects.get()


@pytest.mark.parametrize(
    ("error", "status"),
    [("Approval.Expired", "EXPIRED"), ("Approval.Broken", "FAILED"), ("", "FAILED")],
)
def test_the_error_decides_what_is_reported(started, error, status):
    execution = fail(started, error)

    assert Message.objects.get(queue="approval-status").body["status"] == status
    assert execution.status == "FAILED"


def test_the_failure_is_caught_in_the_state(started):
    execution = fail(started, "Approval.Expired")

    assert events_of(execution)[7:10] == ["TaskFailed", "TaskStateExited", "TaskStateEntered"]
    assert execution.history.get(number=8).details == {
        "resourceType": "sqs",
        "resource": "sendMessage.waitForTaskToken",
        "error": "Approval.Expired",
        "cause": "Nobody answered in time.",
    }


def test_a_revision_that_never_came_expires_the_request(started):
    services.complete_task(token=token_of(started), output={"verdict": "CHANGES_REQUESTED"})

    execution = fail(started, "Approval.Expired")

    assert execution.error == "Approval.Expired"
    assert Message.objects.get(queue="approval-status").body["status"] == "EXPIRED"


def test_what_the_queue_refused_is_tried_again_later(started):
    execution = fail(started, "SQS.SdkClientException")

    assert execution.waiting_for == "RETRY"
    assert execution.token_digest == ""
    assert execution.wake_at >= execution.started_at


def test_a_second_failure_is_refused(started):
    token = token_of(started)
    fail(started, "Approval.Expired")

    with pytest.raises(TaskDoesNotExist):
        services.fail_task(token=token, error="Approval.Expired", cause="")


def test_a_cause_that_gives_the_token_away_is_refused(started):
    with pytest.raises(InvalidOutput):
        fail(started, "Approval.Expired", cause=token_of(started))

    assert Execution.objects.get().status == "RUNNING"


@pytest.mark.django_db
def test_what_is_no_token_is_refused():
    with pytest.raises(InvalidToken):
        services.fail_task(token="token", error="", cause="")
