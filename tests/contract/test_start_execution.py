import pytest

from tests.contract.conftest import APPROVED, INPUT, ends, eventually
from workflows import services
from workflows.exceptions import (
    ExecutionAlreadyExists,
    InvalidExecutionInput,
    InvalidName,
    StateMachineDoesNotExist,
)
from workflows.models import Execution


def start(name="one", given=INPUT):
    return services.start_execution(name=name, input=given)


def test_it_runs_and_has_a_row(engine):
    started = start()

    row = Execution.objects.get()
    assert (row.pk, row.name, row.status, row.input) == (started.pk, "one", "RUNNING", INPUT)
    assert services.describe(name="one").status == "RUNNING"
    assert engine.token("one")


def test_the_same_start_again_is_the_same_execution(engine):
    first = start()

    assert start().pk == first.pk
    assert Execution.objects.count() == 1
    engine.token("one")
    assert len(engine.messages()) == 1


@pytest.mark.usefixtures("engine")
def test_input_is_compared_by_value():
    first = start()

    assert start(given=dict(reversed(INPUT.items()))).pk == first.pk


def test_the_same_start_is_still_ours_after_the_end(engine):
    start()
    services.complete_task(token=engine.token("one"), output=APPROVED)
    eventually(lambda: services.describe(name="one").status, lambda status: status != "RUNNING")

    again = start()

    assert (again.status, again.output["decision"]) == ("SUCCEEDED", APPROVED)
    assert [end["status"] for end in ends()] == ["SUCCEEDED"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("other", [{}, INPUT | {"stage": 1}, INPUT | {"stage": 0.0}])
def test_the_same_name_with_other_input_is_refused(other):
    start()

    with pytest.raises(ExecutionAlreadyExists):
        start(given=other)

    assert Execution.objects.get().input == INPUT


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("name", ["", "two words", "ü", "x" * 81, "a/b", "a:b"])
def test_a_name_that_aws_would_refuse_is_refused(name):
    with pytest.raises(InvalidName):
        start(name)

    assert not Execution.objects.exists()


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("given", [{"a": "x" * 262_144}, {"a": "\0"}, {"a": object()}, "\ud800"])
def test_input_that_cannot_be_carried_is_refused(given):
    with pytest.raises(InvalidExecutionInput):
        start(given=given)

    assert not Execution.objects.exists()


@pytest.mark.usefixtures("exact")
def test_a_definition_that_is_not_there_is_refused():
    with pytest.raises(StateMachineDoesNotExist):
        services.start_execution(name="one", input=INPUT, definition="nothing")


@pytest.mark.usefixtures("elsewhere")
def test_a_state_machine_that_is_not_there_is_refused(settings):
    settings.STATE_MACHINE_ARN += "-of-others"

    with pytest.raises(StateMachineDoesNotExist):
        start()

    assert not Execution.objects.exists()


@pytest.mark.usefixtures("engine")
def test_several_start_together():
    names = [f"execution-{number}" for number in range(12)]

    started = services.start_executions(dict.fromkeys(names, INPUT))

    assert [execution.name for execution in started] == names
    assert {services.describe(name=name).status for name in names} == {"RUNNING"}


@pytest.mark.usefixtures("elsewhere")
def test_several_start_together_though_some_run_already():
    first = start("one")

    started = services.start_executions({"one": INPUT, "two": INPUT})

    assert [execution.name for execution in started] == ["one", "two"]
    assert started[0].pk == first.pk


@pytest.mark.usefixtures("engine")
def test_of_several_the_one_refused_is_said():
    start("one", INPUT | {"stage": 7})

    with pytest.raises(Exception, match="already"):
        services.start_executions({"one": INPUT, "two": INPUT})
