"""What time does to a task that nobody answers, on the server that does as AWS says."""

import pytest

from tests.contract.conftest import APPROVED, INPUT, eventually
from workflows import services
from workflows.exceptions import TaskTimedOut


@pytest.fixture
def waiting(stub):
    """A stub with one execution that waits for its verdict, for an hour at most."""
    services.start_execution(name="one", input=INPUT)
    return stub


def test_a_token_has_2048_characters(waiting):
    assert len(waiting.token("one")) == 2048


def test_after_its_time_an_answer_is_refused(waiting):
    waiting.aws.later(seconds=3601)

    with pytest.raises(TaskTimedOut):
        services.complete_task(token=waiting.token("one"), output=APPROVED)

    found = services.sync("one")
    assert (found.status, found.error) == ("FAILED", "Approval.Expired")


def test_a_retry_gives_out_a_new_token_and_the_old_one_is_over(waiting):
    first = waiting.token("one")
    services.fail_task(token=first, error="SQS.AmazonSQSException")
    waiting.aws.later(minutes=2)
    services.describe(name="one")

    second = eventually(lambda: waiting.message("one"), lambda body: body["retry_count"] == 1)

    assert second["task_token"] != first
    assert services.open_token("one").token == second["task_token"]
    with pytest.raises(TaskTimedOut):
        services.complete_task(token=first, output=APPROVED)
    services.complete_task(token=second["task_token"], output=APPROVED)
    assert services.sync("one").status == "SUCCEEDED"


def test_between_two_tries_no_token_is_open(waiting):
    services.fail_task(token=waiting.token("one"), error="SQS.AmazonSQSException")

    assert services.open_token("one") is None
