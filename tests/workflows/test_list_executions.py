import pytest
from rest_framework.test import APIClient

from tests.workflows.conftest import INPUT, token_of
from workflows import services, titles
from workflows.models import Execution

WHO = [("vera", 200), ("admin_person", 200), ("asha", 403), ("ben", 403), ("cleo", 403)]


@pytest.fixture
def titled(monkeypatch):
    """An app above knows what approval-1 is about."""
    monkeypatch.setattr(titles, "_titlers", [])
    titles.titles_executions(
        lambda names: {name: "Which planet?" for name in names if name == "approval-1"}
    )


@pytest.fixture
def two(started, titled):
    """One that waits and, begun later, one that succeeded."""
    ended = services.start_execution(name="approval-2", input=INPUT)
    services.complete_task(token=token_of(ended), output={"verdict": "APPROVED"})


def get(person, query=""):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(f"/api/v1/executions/{query}")


@pytest.mark.parametrize(("who", "status"), WHO)
def test_administrators_and_auditors_list_executions_by_program(request, started, who, status):
    assert get(request.getfixturevalue(who)).status_code == status


def test_the_refusal_says_who_may(cleo):
    answer = get(cleo).json()

    assert answer["code"] == "not_allowed"
    assert answer["detail"] == "Only administrators and auditors may list executions."


@pytest.mark.django_db
def test_a_stranger_lists_nothing():
    assert APIClient().get("/api/v1/executions/").status_code == 401


@pytest.mark.usefixtures("two")
def test_the_newest_execution_comes_first_with_what_it_is_about(vera):
    first, second = get(vera).json()["results"]

    assert (first["name"], first["title"]) == ("approval-2", "")
    assert second == {
        "name": "approval-1",
        "title": "Which planet?",
        "definition": "approval_workflow",
        "status": "RUNNING",
        "state": "AssignToAssessor",
        "waiting_for": "TOKEN",
        "started_at": second["started_at"],
        "stopped_at": None,
    }


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("RUNNING", ["approval-1"]),
        ("SUCCEEDED", ["approval-2"]),
        ("FAILED", []),
        ("", ["approval-2", "approval-1"]),
    ],
)
def test_the_list_is_narrowed_by_status(vera, status, names):
    found = get(vera, f"?status={status}").json()["results"]

    assert [execution["name"] for execution in found] == names


def test_an_unknown_status_is_refused(vera):
    answer = get(vera, "?status=running")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_filter"


@pytest.mark.usefixtures("two")
def test_the_list_is_read_page_by_page(vera):
    first = get(vera, "?limit=1").json()
    second = get(vera, first["next"].partition("/executions/")[2]).json()

    assert [page["results"][0]["name"] for page in (first, second)] == ["approval-2", "approval-1"]
    assert second["next"] is None


@pytest.mark.parametrize(("who", "status"), WHO)
def test_administrators_and_auditors_see_the_page(client, request, started, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/executions/").status_code == status


@pytest.mark.django_db
def test_the_page_asks_a_stranger_to_sign_in(client):
    assert client.get("/executions/")["Location"] == "/sign-in/?next=/executions/"


@pytest.mark.usefixtures("two")
def test_the_page_shows_titles_and_names_where_there_is_none(client, vera):
    client.force_login(vera)

    text = client.get("/executions/").content.decode()

    assert '<a href="/executions/approval-1/">Which planet?</a>' in text
    assert '<a href="/executions/approval-2/">approval-2</a>' in text


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("status", "shown"), [("SUCCEEDED", False), ("odd", True)])
def test_the_page_is_narrowed_by_a_known_status(client, vera, status, shown):
    client.force_login(vera)

    text = client.get("/executions/", {"status": status}).content.decode()

    assert ("/executions/approval-1/" in text) is shown


def test_a_cursor_of_another_list_is_not_found(client, vera):
    client.force_login(vera)

    assert client.get("/executions/", {"cursor": "x"}).status_code == 404


def test_an_empty_page_says_so(client, vera):
    client.force_login(vera)

    assert "No executions here" in client.get("/executions/").content.decode()


def test_the_page_takes_eight_queries_at_most(client, vera, started, django_assert_max_num_queries):
    for number in range(2, 12):
        services.start_execution(name=f"approval-{number}", input=INPUT)
    client.force_login(vera)

    with django_assert_max_num_queries(8):
        client.get("/executions/")


@pytest.mark.usefixtures("two")
def test_an_executions_own_page_is_headed_by_its_title(client, vera):
    client.force_login(vera)

    one, other = (client.get(f"/executions/approval-{n}/").content.decode() for n in (1, 2))

    assert "<h1>Which planet?</h1>" in one
    assert "<h1>Workflow approval-2</h1>" in other


def test_nobody_is_asked_for_the_titles_of_nothing(monkeypatch):
    monkeypatch.setattr(titles, "_titlers", [lambda names: pytest.fail("asked")])

    titles.entitle([])


def test_an_execution_has_no_title_before_somebody_asked():
    assert Execution(name="approval-1").title == ""
