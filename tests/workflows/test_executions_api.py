import pytest
from rest_framework.test import APIClient

from tests.workflows.conftest import token_of
from workflows import access, services


@pytest.fixture
def reading(monkeypatch):
    """Lets one person read one execution, as an app above would."""
    rules = []
    monkeypatch.setattr(access, "_readers", rules)

    def allow(person, name):
        access.reads_executions(lambda user, asked: (user, asked) == (person, name))

    return allow


def get(person, path):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(f"/api/v1/executions/{path}")


def test_an_auditor_reads_every_execution(started, vera):
    answer = get(vera, "approval-1/")

    assert answer.status_code == 200
    assert answer.json() == {
        "name": "approval-1",
        "definition": "approval_workflow",
        "status": "RUNNING",
        "state": "AssignToAssessor",
        "waiting_for": "TOKEN",
        "input": started.input,
        "output": None,
        "error": "",
        "cause": "",
        "started_at": answer.json()["started_at"],
        "stopped_at": None,
    }


def test_an_administrator_reads_every_execution(started, admin_person):
    assert get(admin_person, "approval-1/").status_code == 200


def test_somebody_whom_an_app_vouches_for_reads_that_execution(started, ben, reading):
    services.start_execution(name="approval-2", input=started.input)
    reading(ben, "approval-1")

    assert get(ben, "approval-1/").status_code == 200
    assert get(ben, "approval-2/").status_code == 404


@pytest.mark.parametrize("path", ["approval-1/", "approval-1/history/"])
def test_for_anybody_else_it_is_not_there(started, cleo, path):
    mine, nothing = get(cleo, path), get(cleo, path.replace("1", "9"))

    assert mine.status_code == nothing.status_code == 404
    assert mine.json()["code"] == nothing.json()["code"] == "execution_does_not_exist"


def test_without_signing_in_nothing_is_read(started):
    assert APIClient().get("/api/v1/executions/approval-1/").status_code == 401


def test_the_history_has_step_functions_own_words(started, vera):
    events = get(vera, "approval-1/history/").json()["results"]

    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
    ]
    assert events[3] == {
        "id": 4,
        "previousEventId": 3,
        "timestamp": events[3]["timestamp"],
        "type": "TaskStateEntered",
        "stateEnteredEventDetails": {
            "name": "AssignToAssessor",
            "input": events[3]["stateEnteredEventDetails"]["input"],
            "inputDetails": {"truncated": False},
        },
    }


def test_the_history_comes_in_pages(started, vera):
    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})

    seen, url = [], "approval-1/history/?limit=8"
    while url:
        page = get(vera, url).json()
        seen += [event["id"] for event in page["results"]]
        url = page["next"] and page["next"].partition("/executions/")[2]

    assert seen == list(range(1, 20))


def test_no_answer_holds_the_task_token(started, vera):
    token = token_of(started)

    answers = [get(vera, path).content.decode() for path in ("approval-1/", "approval-1/history/")]

    assert all(token not in answer for answer in answers)
