from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workflows.conftest import INPUT, token_of
from workflows import selectors, services
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution


@pytest.fixture
def three(started):
    ended = services.start_execution(name="approval-2", input=INPUT)
    services.complete_task(token=token_of(ended), output={"verdict": "APPROVED"})
    services.start_execution(name="approval-3", input=INPUT)


@pytest.mark.usefixtures("three")
def test_executions_are_counted_by_status():
    assert selectors.counts_by_status() == {
        "RUNNING": 2,
        "SUCCEEDED": 1,
        "FAILED": 0,
        "TIMED_OUT": 0,
        "ABORTED": 0,
    }


@pytest.mark.usefixtures("three")
def test_only_recent_ones_are_counted():
    Execution.objects.filter(name="approval-2").update(
        started_at=timezone.now() - timedelta(days=2)
    )

    assert selectors.counts_by_status()["SUCCEEDED"] == 0


@pytest.mark.usefixtures("three")
def test_the_newest_come_first():
    names = [execution.name for execution in selectors.recent_executions(limit=2)]

    assert names == ["approval-3", "approval-2"]


@pytest.mark.usefixtures("three")
def test_the_oldest_that_runs_is_known():
    assert selectors.oldest_waiting().name == "approval-1"


@pytest.mark.django_db
def test_when_none_runs_none_is_the_oldest():
    assert selectors.oldest_waiting() is None


def test_a_description_is_in_step_functions_words(started):
    description = services.describe(name="approval-1")

    assert (description.name, description.status) == ("approval-1", "RUNNING")
    assert description.state == "AssignToAssessor"
    assert description.input == INPUT
    assert description.started_at == started.started_at


@pytest.mark.django_db
def test_an_execution_that_is_not_there_has_no_description():
    with pytest.raises(ExecutionDoesNotExist):
        services.describe(name="approval-1")
