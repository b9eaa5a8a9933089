import pytest

from core.errors import Invalid
from tests.contract.conftest import APPROVED, INPUT, ends, eventually
from workflows import services
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution

QUESTIONS = {
    "describe": lambda name: services.describe(name=name),
    "sync": lambda name: services.sync(name),
    "open_token": lambda name: services.open_token(name),
    "stop": lambda name: services.stop_execution(name=name),
}


@pytest.fixture
def started(engine):
    """An execution that waits for a verdict."""
    services.start_execution(name="one", input=INPUT)
    engine.token("one")
    return engine


def test_a_running_execution_is_described(started):
    found = services.describe(name="one")

    assert (found.name, found.status, found.input) == ("one", "RUNNING", INPUT)
    assert (found.output, found.error, found.cause, found.stopped_at) == (None, "", "", None)
    assert found.redrive_count == 0


def test_an_end_is_described(started):
    services.complete_task(token=started.token("one"), output={"verdict": "REJECTED"})

    found = eventually(lambda: services.describe(name="one"), lambda it: it.status != "RUNNING")

    assert (found.status, found.error) == ("FAILED", "Approval.Rejected")
    assert found.cause == "The assessors rejected the question."
    assert found.output is None
    assert found.stopped_at >= found.started_at


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_execution_that_is_not_there_is_refused(engine, question):
    with pytest.raises(ExecutionDoesNotExist):
        QUESTIONS[question]("nobody")

    assert not Execution.objects.exists()


def test_a_stopped_execution_ends_as_aborted(started):
    started.leave_out("stop")

    services.stop_execution(name="one", error="Cancelled", cause="Ben withdrew it.")

    row = Execution.objects.get()
    assert (row.status, row.error, row.cause) == ("ABORTED", "Cancelled", "Ben withdrew it.")
    assert [end["status"] for end in ends()] == ["ABORTED"]


def test_a_second_stop_changes_nothing(started):
    started.leave_out("stop")
    services.stop_execution(name="one", cause="First.")

    services.stop_execution(name="one", cause="Second.")

    assert Execution.objects.get().cause == "First."
    assert len(ends()) == 1


def test_an_execution_that_succeeded_cannot_be_stopped_any_more(started):
    services.complete_task(token=started.token("one"), output=APPROVED)
    eventually(lambda: services.sync("one"), lambda found: found.status != "RUNNING")

    services.stop_execution(name="one")

    assert Execution.objects.get().status == "SUCCEEDED"
    assert [end["status"] for end in ends()] == ["SUCCEEDED"]


@pytest.mark.parametrize("reason", [{"error": "e" * 257}, {"cause": "c" * 32_769}, {"cause": "\0"}])
def test_a_reason_that_cannot_be_carried_is_refused(exact, reason):
    services.start_execution(name="one", input=INPUT)

    with pytest.raises(Invalid):
        services.stop_execution(name="one", **reason)

    assert services.describe(name="one").status == "RUNNING"
