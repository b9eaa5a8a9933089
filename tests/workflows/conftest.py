"""Executions to test with, and the tokens that their messages carry."""

import pytest

from workflows import services
from workflows.models import Message

INPUT = {
    "request_id": "r-1",
    "stage": 0,
    "last_stage": 0,
    "round": 0,
    "timeouts": [3600],
    "revision_timeout": 7200,
}


@pytest.fixture
def started(db):
    """An approval execution that waits for Asha's verdict."""
    return services.start_execution(name="approval-1", input=INPUT)


def token_of(execution):
    """The task token in the newest message that is not delivered."""
    sent = Message.objects.filter(execution=execution, body__task_token__isnull=False)
    return sent.latest("sent_at").body["task_token"]


def statements(queries):
    """What was sent to the database, without the words around transactions."""
    around = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in queries if not query["sql"].startswith(around)]


def events_of(execution):
    """The types of an execution's history events, in order."""
    return list(execution.history.order_by("number").values_list("type", flat=True))
