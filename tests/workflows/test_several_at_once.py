import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.models import Event
from tests.workflows.conftest import INPUT, events_of, statements, token_of
from workflows import services
from workflows.exceptions import InvalidName, TaskDoesNotExist
from workflows.models import Execution, HistoryEvent

pytestmark = pytest.mark.django_db


def start(*names):
    return services.start_executions(dict.fromkeys(names, INPUT))


def test_several_executions_begin_as_one_would():
    alone = services.start_execution(name="alone", input=INPUT)

    first, second = start("first", "second")

    assert events_of(first) == events_of(second) == events_of(alone)
    assert token_of(first) != token_of(second)


def test_ten_begin_in_the_statements_of_one():
    start("before")
    with CaptureQueriesContext(connection) as queries:
        start(*(f"execution-{number}" for number in range(10)))

    assert len(statements(queries)) <= 6


def test_where_one_is_refused_none_begins():
    with pytest.raises(InvalidName):
        start("fine", "not a name")

    assert not Execution.objects.exists()


def test_several_tasks_complete_as_one_would():
    first, second = start("first", "second")
    verdicts = {token_of(first): {"verdict": "APPROVED"}, token_of(second): {"verdict": "REJECTED"}}

    services.complete_tasks(verdicts)

    assert dict(Execution.objects.values_list("name", "status")) == {
        "first": "SUCCEEDED",
        "second": "FAILED",
    }
    assert Event.objects.filter(name="workflows.execution_ended").count() == 2


def test_ten_complete_in_the_statements_of_one():
    executions = start(*(f"execution-{number}" for number in range(10)))
    verdicts = {token_of(execution): {"verdict": "APPROVED"} for execution in executions}

    with CaptureQueriesContext(connection) as queries:
        services.complete_tasks(verdicts)

    assert len(statements(queries)) <= 8


def test_where_one_was_answered_already_none_completes():
    first, second = start("first", "second")
    spent = token_of(first)
    services.complete_task(token=spent, output={"verdict": "APPROVED"})
    history = HistoryEvent.objects.count()

    with pytest.raises(TaskDoesNotExist):
        services.complete_tasks(
            {token_of(second): {"verdict": "APPROVED"}, spent: {"verdict": "APPROVED"}}
        )

    second.refresh_from_db()
    assert second.status == "RUNNING"
    assert HistoryEvent.objects.count() == history
