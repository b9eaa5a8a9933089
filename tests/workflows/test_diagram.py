import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from rest_framework.test import APIClient

from tests.workflows.conftest import INPUT, token_of
from workflows import chronicle, diagram, selectors, services
from workflows.models import Execution

SVG = "{http://www.w3.org/2000/svg}"


def looks(execution):
    return {node.box.name: node.look for node in diagram.draw(execution).nodes}


def taken(execution):
    return {way.says for way in diagram.draw(execution).ways if way.taken}


def test_a_running_execution_shows_where_it_is(started):
    assert {name for name, look in looks(started).items() if look != "idle"} == {
        "PrepareStage",
        "AssignToAssessor",
    }
    assert looks(started)["PrepareStage"] == "left"
    assert looks(started)["AssignToAssessor"] == "now"


def test_the_path_taken_is_marked(started):
    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})
    execution = Execution.objects.get()

    assert looks(execution)["Success"] == "good"
    assert taken(execution) == {
        "PrepareStage to AssignToAssessor",
        "AssignToAssessor to EvaluateDecision",
        "EvaluateDecision to ReportApproved",
        "ReportApproved to Success",
    }


def test_a_failed_task_and_a_failed_end_look_different(started):
    services.fail_task(token=token_of(started), error="Approval.Expired", cause="")
    execution = Execution.objects.get()

    assert looks(execution)["AssignToAssessor"] == "failed"
    assert looks(execution)["Failed"] == "bad"
    assert "AssignToAssessor to ReportExpired, when it fails" in taken(execution)


def test_a_stopped_execution_is_marked_where_it_stopped(started):
    services.stop_execution(name="approval-1")
    execution = Execution.objects.get()

    assert looks(execution)["AssignToAssessor"] == "stopped"


def test_visits_are_counted(started):
    services.complete_task(token=token_of(started), output={"verdict": "CHANGES_REQUESTED"})
    services.complete_task(token=token_of(started), output={"version": 2})
    execution = Execution.objects.get()

    counts = {node.box.name: node.visits for node in diagram.draw(execution).nodes}

    assert counts["AssignToAssessor"] == 2
    assert counts["AwaitRevision"] == 1
    assert counts["Success"] == 0


def test_lines_that_were_taken_lie_on_top(started):
    ways = diagram.draw(started).ways

    assert [way.taken for way in ways] == sorted(way.taken for way in ways)


def test_the_drawing_takes_one_query(started, django_assert_num_queries):
    diagram.draw(started)

    with django_assert_num_queries(1):
        diagram.draw(started)


def test_a_long_name_is_cut_and_told_in_full():
    name = "A" * 40
    box = diagram.Box(name, 0, 0, 0)
    state = diagram.State(name, "Pass", {})
    execution = diagram.Execution(state="", status="RUNNING")

    assert diagram._node(box, state, execution, []).label == "A" * 18 + "…"


@pytest.fixture
def drawn(started):
    return render_to_string("workflows/_diagram.html", {"diagram": diagram.draw(started)})


def test_the_picture_has_a_name_and_its_way_in_words(drawn):
    assert 'role="img" aria-labelledby="flow-title"' in drawn
    assert "Workflow approval-1: running, now at AssignToAssessor." in drawn
    words = re.findall(r"<li><span>(\w+)</span>", drawn)
    assert words == ["PrepareStage", "AssignToAssessor"]


def test_the_picture_keeps_to_a_strict_content_policy(drawn):
    assert "style=" not in drawn
    assert "<style" not in drawn
    assert "<script" not in drawn


def test_the_picture_is_well_formed(drawn):
    (svg,) = re.findall(r"<svg xmlns.*</svg>", drawn, re.DOTALL)

    root = ElementTree.fromstring(svg)

    assert len(root.findall(f".//{SVG}rect[@class='flow-box']")) == 12


def test_the_api_hands_out_a_picture_that_stands_alone(started, vera):
    client = APIClient()
    client.force_authenticate(vera)

    answer = client.get("/api/v1/executions/approval-1/diagram/")

    assert answer["Content-Type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.content)
    assert "--accent" in root.find(f"{SVG}style").text
    assert root.findall(f".//{SVG}use") == []


def test_the_api_keeps_the_picture_from_strangers(started, cleo):
    client = APIClient()
    client.force_authenticate(cleo)

    answer = client.get("/api/v1/executions/approval-1/diagram/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "execution_does_not_exist"


def test_the_page_shows_diagram_and_history(client, started, vera):
    client.force_login(vera)

    page = client.get("/executions/approval-1/")

    html = page.content.decode()
    assert page.status_code == 200
    assert "flow-drawing" in html
    assert html.count('class="flow-history-number"') == 7
    assert token_of(started) not in html


@pytest.mark.parametrize("name", ["approval-1", "approval-9"])
def test_the_page_is_not_there_for_strangers(client, started, cleo, name):
    client.force_login(cleo)

    assert client.get(f"/executions/{name}/").status_code == 404


def test_the_page_asks_to_sign_in(client, started):
    assert client.get("/executions/approval-1/").status_code == 302


def test_the_history_in_lines(started):
    lines = chronicle.tell(selectors.history(started))

    assert [(line.number, line.type, line.about) for line in lines[3:5]] == [
        (4, "TaskStateEntered", "AssignToAssessor"),
        (5, "TaskScheduled", "sendMessage.waitForTaskToken"),
    ]
    assert dict(lines[3].details)["input"].startswith('{\n  "')


def test_what_a_history_says_is_escaped(db):
    execution = services.start_execution(
        name="approval-1", input=INPUT | {"request_id": "<script>"}
    )

    lines = chronicle.tell(selectors.history(execution))
    html = render_to_string("workflows/_history.html", {"history": lines})

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
