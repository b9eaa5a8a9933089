"""EventBridge's events are hints: what they set off, and which are none of ours."""

import pytest

from core.queues import handler
from outbox.events import Permanent
from tests.contract.conftest import APPROVED, INPUT, ends, stub
from tests.contract.stub import MACHINE
from workflows import services
from workflows.consumers import NotYetDescribed, take_status_changes
from workflows.models import Execution

__all__ = ["stub"]
ARN = MACHINE.replace(":stateMachine:", ":execution:")


def change(status="SUCCEEDED", name="one", redrive_count=0, **fields):
    """An event as EventBridge delivers it to a queue."""
    detail = {
        "executionArn": f"{ARN}:{name}",
        "stateMachineArn": MACHINE,
        "name": name,
        "status": status,
        "startDate": 1795259008709,
        "input": "{}",
        "redriveCount": redrive_count,
    }
    return {
        "version": "0",
        "id": "21af3660-4b21-43b0-8407-a270d0aa46a9",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "resources": [f"{ARN}:{name}"],
        "detail": detail | fields,
    }


def take(*bodies):
    take_status_changes({f"message-{number}": body for number, body in enumerate(bodies)})


@pytest.fixture
def started(stub):
    services.start_execution(name="one", input=INPUT)
    stub.aws.calls.clear()
    return stub


@pytest.fixture
def ended(started):
    """An execution whose end was not heard of yet."""
    services.complete_task(token=started.token("one"), output=APPROVED)
    started.aws.calls.clear()
    return started


def test_it_is_the_handler_of_its_queue():
    assert handler("execution-status") is take_status_changes


def test_an_end_is_asked_about_and_taken_over(ended):
    take(change("SUCCEEDED"))

    assert Execution.objects.get().status == "SUCCEEDED"
    assert [end["status"] for end in ends()] == ["SUCCEEDED"]
    assert ended.aws.calls == ["DescribeExecution", "GetExecutionHistory"]


def test_what_aws_says_counts_and_not_what_the_event_says(ended):
    take(change("FAILED", error="Forged"))

    assert (Execution.objects.get().status, Execution.objects.get().error) == ("SUCCEEDED", "")


def test_the_same_end_again_costs_no_call(ended):
    take(change("SUCCEEDED"))
    ended.aws.calls.clear()

    take(change("SUCCEEDED"), change("SUCCEEDED"))

    assert ended.aws.calls == []
    assert len(ends()) == 1


@pytest.mark.parametrize("order", [("RUNNING", "SUCCEEDED"), ("SUCCEEDED", "RUNNING")])
def test_a_late_start_does_not_undo_an_end(ended, order):
    for status in order:
        take(change(status))

    assert Execution.objects.get().status == "SUCCEEDED"
    assert ended.aws.calls == ["DescribeExecution", "GetExecutionHistory"]


def test_a_start_costs_no_call(started):
    take(change("RUNNING"), change("RUNNING", name="not-yet-known"))

    assert started.aws.calls == []
    assert Execution.objects.count() == 1


def test_a_redrive_is_asked_about(started):
    services.stop_execution(name="one")
    started.aws.redrive("one")

    take(change("RUNNING", redrive_count=1))

    assert (Execution.objects.get().status, Execution.objects.get().redrive_count) == ("RUNNING", 1)


def test_an_end_from_before_a_redrive_is_no_news(started):
    services.stop_execution(name="one")
    started.aws.redrive("one")
    take(change("RUNNING", redrive_count=1))

    take(change("ABORTED", redrive_count=0))

    assert Execution.objects.get().status == "RUNNING"


@pytest.mark.usefixtures("started")
def test_an_end_that_aws_does_not_describe_yet_is_tried_again():
    with pytest.raises(NotYetDescribed):
        take(change("SUCCEEDED"))

    assert Execution.objects.get().status == "RUNNING"
    assert ends() == []


def test_several_ends_are_taken_together(stub):
    names = [f"execution-{number}" for number in range(10)]
    services.start_executions(dict.fromkeys(names, INPUT))
    services.complete_tasks({stub.token(name): APPROVED for name in names})

    take(*(change(name=name) for name in names))

    assert set(Execution.objects.values_list("status", flat=True)) == {"SUCCEEDED"}
    assert len(ends()) == 10


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "assignment"},
        change() | {"detail-type": "Something Else"},
        change() | {"detail": "one"},
        change(stateMachineArn=f"{MACHINE}-of-others"),
        change(name="two words"),
        change(name=7),
        change(executionArn=f"{ARN}:another"),
        change(status="DREAMING"),
        change(status=["FAILED"]),
        change(redriveCount="often"),
    ],
    ids=range(11),
)
def test_what_is_foreign_or_malformed_is_given_up_at_once(started, body):
    with pytest.raises(Permanent):
        take(body)

    assert started.aws.calls == []
