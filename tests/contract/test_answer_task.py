"""Completing, failing and prolonging tasks: what happens, and what is refused."""

from contextlib import suppress
from dataclasses import replace

import pytest

from core.errors import Invalid
from tests.contract.conftest import APPROVED, INPUT, eventually
from workflows import services
from workflows.exceptions import InvalidOutput, InvalidToken, TaskDoesNotExist, TaskTimedOut

NOT_AWAITED = (InvalidToken, TaskDoesNotExist, TaskTimedOut)


@pytest.fixture
def waiting(engine):
    """The token of an execution that waits for a verdict."""
    services.start_execution(name="one", input=INPUT)
    return engine.token("one")


@pytest.fixture
def awaited(exact):
    """The same, where no emulator is needed."""
    services.start_execution(name="one", input=INPUT)
    return exact.token("one")


def ended(name="one"):
    return eventually(lambda: services.sync(name), lambda found: found.status != "RUNNING")


def refused_unless(careless):
    """A block that has to be refused, or may be where the engine is careless about it."""
    return suppress(*NOT_AWAITED) if careless else pytest.raises(NOT_AWAITED)


ANSWERS = {
    "complete": lambda token: services.complete_task(token=token, output=APPROVED),
    "complete several": lambda token: services.complete_tasks({token: APPROVED}),
    "fail": lambda token: services.fail_task(token=token, error="E", cause="c"),
    "heartbeat": lambda token: services.heartbeat(token=token),
}


def test_an_approval_leads_to_success(waiting):
    services.complete_task(token=waiting, output=APPROVED)

    found = ended()
    assert (found.status, found.output["decision"]) == ("SUCCEEDED", APPROVED)


@pytest.mark.parametrize(
    ("error", "ends_with"),
    [("Approval.Expired", "Approval.Expired"), ("Approval.Broken", "Approval.Failed")],
)
def test_a_failure_takes_the_way_of_its_error(waiting, error, ends_with):
    services.fail_task(token=waiting, error=error, cause="Nobody answered.")

    found = ended()
    assert (found.status, found.error) == ("FAILED", ends_with)


def test_a_heartbeat_changes_nothing_else(engine, waiting):
    engine.leave_out("heartbeat")

    services.heartbeat(token=waiting)

    services.complete_task(token=waiting, output=APPROVED)
    assert ended().status == "SUCCEEDED"


def test_several_tasks_are_completed_together(engine):
    names = [f"execution-{number}" for number in range(12)]
    services.start_executions(dict.fromkeys(names, INPUT))

    services.complete_tasks({engine.token(name): APPROVED for name in names})

    assert {ended(name).status for name in names} == {"SUCCEEDED"}


def test_of_several_the_one_refused_is_said_and_the_others_may_be_done(waiting):
    with pytest.raises(NOT_AWAITED):
        services.complete_tasks({"no-token": APPROVED, waiting: APPROVED})

    with suppress(*NOT_AWAITED):
        services.complete_task(token=waiting, output=APPROVED)
    assert ended().status == "SUCCEEDED"


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("token", ["", "no-token", "ü" * 40, "\ud800", "a\nb", "t" * 2049])
def test_what_is_no_token_is_refused(token, answer):
    with pytest.raises(InvalidToken):
        ANSWERS[answer](token)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_token_that_was_never_given_out_is_refused(engine, answer):
    refusal = TaskDoesNotExist if engine.differs("InvalidToken") else InvalidToken

    with pytest.raises(refusal):
        ANSWERS[answer]("AQCEAAAAKgAAAAMAAAAA")


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_task_that_was_answered_cannot_be_answered_again(engine, waiting, answer):
    services.complete_task(token=waiting, output=APPROVED)
    before = ended()

    with refused_unless(engine.differs("a second answer is refused")):
        ANSWERS[answer](waiting)

    # History and description may differ in the moment of the end, by milliseconds.
    after = services.describe(name="one")
    assert replace(after, stopped_at=before.stopped_at) == before


def test_the_token_of_a_state_that_was_left_cannot_be_used(engine, waiting):
    services.complete_task(token=waiting, output={"verdict": "CHANGES_REQUESTED"})
    revision = engine.token("one", count=2)

    assert revision != waiting
    with refused_unless(engine.differs("a second answer is refused")):
        services.complete_task(token=waiting, output=APPROVED)
    assert services.describe(name="one").status == "RUNNING"


def test_output_that_gives_the_token_away_is_refused(awaited):
    with pytest.raises(InvalidOutput):
        services.complete_task(token=awaited, output={"note": f"I used {awaited}."})

    with pytest.raises(InvalidOutput):
        services.fail_task(token=awaited, error="E", cause=f"I used {awaited}.")


@pytest.mark.parametrize("output", [{"a": "x" * 262_144}, {"a": "\0"}, {"a": object()}])
def test_output_that_cannot_be_carried_is_refused(awaited, output):
    with pytest.raises(InvalidOutput):
        services.complete_task(token=awaited, output=output)

    services.complete_task(token=awaited, output=APPROVED)
    assert ended().status == "SUCCEEDED"


@pytest.mark.parametrize("reason", [{"error": "e" * 257}, {"cause": "c" * 32_769}, {"cause": "\0"}])
def test_a_reason_that_cannot_be_carried_is_refused(awaited, reason):
    with pytest.raises(Invalid):
        services.fail_task(token=awaited, **reason)

    assert services.describe(name="one").status == "RUNNING"


def test_the_longest_reason_is_carried(awaited):
    services.fail_task(token=awaited, error="e" * 256, cause="c" * 32_768)

    assert ended().error == "Approval.Failed"
