"""An execution that runs elsewhere, as pages and API show it: from the row, without a call."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from workflows import diagram
from workflows.models import Execution
from workflows.port import Sighting
from workflows.stepfunctions import mirror

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def running(db):
    """An execution of which the start and one message are known."""
    mirror.began({"one": {"a": 1}}, {"one": NOON})
    context = {"Name": "one", "Input": {"a": 1}, "StartTime": "2026-11-21T12:00:00.000Z"}
    seen = Sighting(
        execution=context, state="AssignToAssessor", entered_at="2026-11-21T12:00:01.000Z"
    )
    mirror.notice([seen])
    return Execution.objects.get()


def test_the_page_says_where_it_runs_and_where_it_is(running, client, vera):
    client.force_login(vera)

    page = client.get(reverse("execution", args=["one"])).content.decode()

    assert "It runs on AWS Step Functions." in page
    assert "now at AssignToAssessor" in page
    assert "It is at AssignToAssessor." in page
    assert "Nothing has happened yet." not in page


def test_the_diagram_marks_the_state(running):
    looks = {node.box.name: node.look for node in diagram.draw(running).nodes}

    assert looks.pop("AssignToAssessor") == "now"
    assert set(looks.values()) == {"idle"}


def test_the_api_says_that_it_waits_elsewhere(running, vera):
    client = APIClient()
    client.force_authenticate(vera)

    answer = client.get("/api/v1/executions/one/").json()

    assert (answer["status"], answer["state"]) == ("RUNNING", "AssignToAssessor")
    assert answer["waiting_for"] == "ELSEWHERE"
    assert client.get("/api/v1/executions/one/history/").json()["results"] == []


def test_data_that_was_cut_short_is_shown_as_it_is(running, client, vera):
    running.history.create(
        number=1,
        previous=0,
        type="ExecutionStarted",
        details={"input": '{"a": "cut sh'},
        occurred_at=NOON,
    )
    client.force_login(vera)

    page = client.get(reverse("execution", args=["one"])).content.decode()

    assert "cut sh" in page
