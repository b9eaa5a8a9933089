"""A token that got lost on its way can be read back while its state waits."""

import pytest

from tests.contract.conftest import APPROVED, INPUT, eventually
from workflows import services


@pytest.fixture
def started(engine):
    services.start_execution(name="one", input=INPUT)
    engine.token("one")
    return engine


def test_it_is_the_one_in_the_message(started):
    sent = started.message("one")

    found = eventually(lambda: services.open_token("one"), lambda it: it or _cannot(started))

    if not _cannot(started):
        assert (found.token, found.queue) == (sent["task_token"], "approval-assignments")
        assert found.body == sent


def test_it_answers_the_task(started):
    found = eventually(lambda: services.open_token("one"), lambda it: it or _cannot(started))

    if not _cannot(started):
        services.complete_task(token=found.token, output=APPROVED)
        eventually(lambda: services.sync("one").status, lambda status: status == "SUCCEEDED")


def test_a_later_state_has_another(started):
    first = started.token("one")
    services.complete_task(token=first, output={"verdict": "CHANGES_REQUESTED"})
    second = started.token("one", count=2)

    found = eventually(lambda: services.open_token("one"), lambda it: it or _cannot(started))

    if not _cannot(started):
        assert found.token == second != first
        assert found.body["type"] == "revision"


def test_an_ended_execution_has_none(started):
    services.complete_task(token=started.token("one"), output=APPROVED)
    eventually(lambda: services.sync("one").status, lambda status: status == "SUCCEEDED")

    assert services.open_token("one") is None


def test_it_is_not_shown_by_accident(exact):
    services.start_execution(name="one", input=INPUT)

    found = services.open_token("one")

    assert exact.token("one") not in repr(found)


def _cannot(engine):
    return engine.differs("parameters in the history")
