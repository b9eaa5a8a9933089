import pytest
from django.utils import timezone

from core.bulk import update_many
from workflows.models import Definition, Execution

pytestmark = pytest.mark.django_db


@pytest.fixture
def executions():
    definition = Definition.objects.create(digest="0" * 64, name="tests", content={})
    return Execution.objects.bulk_create(
        Execution(
            name=f"execution-{number}",
            definition=definition,
            input={},
            progress={"events": number},
            started_at=timezone.now(),
            waiting_for="TIME",
        )
        for number in range(3)
    )


def test_each_row_gets_its_own_values(executions):
    for number, execution in enumerate(executions):
        execution.state, execution.progress = f"State{number}", {"at": [number, None]}

    assert update_many(executions[:2], ["state", "progress"]) == 2

    rows = Execution.objects.order_by("name").values_list("state", "progress")
    assert list(rows) == [
        ("State0", {"at": [0, None]}),
        ("State1", {"at": [1, None]}),
        ("", {"events": 2}),
    ]


def test_nothing_stays_nothing(executions):
    executions[0].wake_at = timezone.now()
    executions[1].wake_at = None

    update_many(executions, ["wake_at", "output"])

    first, second, _ = Execution.objects.order_by("name")
    assert (first.wake_at, second.wake_at, first.output) == (executions[0].wake_at, None, None)


def test_fields_that_are_not_named_stay(executions):
    executions[0].state, executions[0].cause = "Changed", "Changed"

    update_many(executions, ["state"])

    assert Execution.objects.get(name="execution-0").cause == ""


def test_it_takes_one_statement(executions, django_assert_num_queries):
    with django_assert_num_queries(1):
        update_many(executions, ["state", "progress"])


def test_no_rows_take_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert update_many([], ["state"]) == 0
