"""An execution that AWS sent on after its end, which no emulator can do."""

import pytest

from tests.contract.conftest import APPROVED, INPUT, ends
from workflows import services
from workflows.exceptions import TaskTimedOut
from workflows.models import Execution, HistoryEvent


@pytest.fixture
def redriven(stub):
    """An execution that was stopped in its first state and sent on there."""
    services.start_execution(name="one", input=INPUT)
    services.stop_execution(name="one", error="Mistaken", cause="It was the wrong one.")
    stub.aws.redrive("one")
    return stub


@pytest.mark.usefixtures("redriven")
def test_it_runs_again():
    found = services.sync("one")

    row = Execution.objects.get()
    assert (found.status, found.redrive_count) == (row.status, row.redrive_count) == ("RUNNING", 1)
    assert (row.error, row.cause, row.stopped_at) == ("", "", None)
    assert row.waiting_for == "ELSEWHERE"


@pytest.mark.usefixtures("redriven")
def test_its_history_goes_on():
    services.sync("one")

    told = list(HistoryEvent.objects.order_by("number").values_list("type", flat=True))
    assert told[-5:] == [
        "ExecutionAborted",
        "ExecutionRedriven",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
    ]


def test_its_message_counts_the_redrives_and_has_a_new_token(redriven):
    first, second = redriven.messages()

    assert second["execution"]["RedriveCount"] == 1
    assert second["entered_at"] == first["entered_at"]
    assert second["task_token"] != first["task_token"]


def test_its_second_end_is_announced_too(redriven):
    services.sync("one")
    services.complete_task(token=redriven.token("one"), output=APPROVED)

    services.sync("one")

    assert [end["status"] for end in ends()] == ["ABORTED", "SUCCEEDED"]
    assert Execution.objects.get().status == "SUCCEEDED"


def test_its_second_end_is_announced_though_nobody_heard_of_the_redrive(redriven):
    services.complete_task(token=redriven.token("one"), output=APPROVED)

    services.sync("one")

    assert [end["status"] for end in ends()] == ["ABORTED", "SUCCEEDED"]


def test_its_new_token_can_be_read_back(redriven):
    found = services.open_token("one")

    assert found.body == redriven.messages()[-1]


def test_the_token_from_before_is_over(redriven):
    old = redriven.messages()[0]["task_token"]

    with pytest.raises(TaskTimedOut):
        services.complete_task(token=old, output=APPROVED)
