"""The row and the history of an execution after asking how it really stands."""

import pytest

from tests.contract.conftest import APPROVED, INPUT, ends, eventually
from workflows import services, wire
from workflows.models import Execution, HistoryEvent
from workflows.stepfunctions import calls

SECRET = "[hidden]"


@pytest.fixture
def started(engine):
    """An execution that waits for a verdict."""
    services.start_execution(name="one", input=INPUT)
    engine.token("one")
    return engine


def approve(engine):
    services.complete_task(token=engine.token("one"), output=APPROVED)
    return eventually(lambda: services.sync("one"), lambda found: found.status != "RUNNING")


def types():
    return list(HistoryEvent.objects.order_by("number").values_list("type", flat=True))


def test_the_end_reaches_the_row(started):
    found = approve(started)

    row = Execution.objects.get()
    assert (row.status, row.state, row.waiting_for) == ("SUCCEEDED", "Success", "")
    assert row.output["decision"] == APPROVED
    assert row.stopped_at == found.stopped_at
    assert (found.status, found.state, found.output) == (row.status, row.state, row.output)


def test_the_end_is_announced_once(started):
    approve(started)
    services.sync("one")
    services.sync("one")

    assert ends() == [{"execution": "one", "status": "SUCCEEDED", "error": ""}]


def test_the_history_is_told_in_step_functions_words(started):
    approve(started)

    told = types()
    assert [kind for kind in told if not kind.startswith("Task")] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    if not started.differs("all events in the history"):
        assert len(told) == 19
        assert told[4:8] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_the_history_is_numbered_without_a_gap(started):
    approve(started)

    numbers = list(HistoryEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_history_is_shown_as_step_functions_shows_it(started):
    approve(started)

    for event in HistoryEvent.objects.all():
        ((key, details),) = wire.details(event).items()
        assert key.endswith("EventDetails")
        assert all(isinstance(value, str | int | dict) for value in details.values())


def test_no_row_holds_the_token(started):
    token = started.token("one")
    services.sync("one")
    approve(started)

    kept = [str(list(model.objects.values())) for model in (Execution, HistoryEvent)]
    assert not any(token in text for text in kept)
    if not started.differs("parameters in the history"):
        assert SECRET in kept[1]


def test_a_running_execution_is_told_as_far_as_it_has_come(started):
    found = services.sync("one")

    assert (found.status, found.state) == ("RUNNING", "AssignToAssessor")
    assert Execution.objects.get().state == "AssignToAssessor"
    assert types()[:4] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "TaskStateEntered",
    ]
    assert ends() == []


def test_the_second_time_only_what_is_new_is_added(started):
    services.sync("one")
    before = HistoryEvent.objects.count()

    approve(started)

    assert HistoryEvent.objects.count() > before
    assert types().count("ExecutionStarted") == 1


def test_a_row_that_was_lost_is_made_again(elsewhere):
    services.start_execution(name="one", input=INPUT)
    elsewhere.token("one")
    Execution.objects.all().delete()

    services.sync("one")

    row = Execution.objects.get()
    assert (row.name, row.status, row.input, row.waiting_for) == (
        "one",
        "RUNNING",
        INPUT,
        "ELSEWHERE",
    )


@pytest.mark.parametrize("known", [True, False])
def test_a_history_of_many_pages_is_read_whole(elsewhere, monkeypatch, known):
    monkeypatch.setattr(calls, "EVENTS_A_PAGE", 3)
    services.start_execution(name="one", input=INPUT)
    elsewhere.token("one")
    if known:
        services.sync("one")

    approve(elsewhere)

    numbers = list(HistoryEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert types()[-1] == "ExecutionSucceeded"


def test_the_newest_events_come_first(elsewhere):
    services.start_execution(name="one", input=INPUT)
    elsewhere.token("one")

    page = next(calls._pages("one"))

    numbers = [event["id"] for event in page]
    assert numbers == sorted(numbers, reverse=not elsewhere.differs("newest events first"))
