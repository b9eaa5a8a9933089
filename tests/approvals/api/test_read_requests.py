"""GET /api/v1/approval-requests/ and GET /api/v1/approval-requests/{id}/"""

import pytest

from approvals.models import ApprovalTask
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import decide

URL = "approval-requests/"
NOWHERE = "approval-requests/11111111-1111-4111-8111-111111111111/"


@pytest.fixture
def asked(submit):
    return submit()


def ids(answer):
    return [row["request_id"] for row in answer.json()["results"]]


def test_ben_sees_how_his_request_stands(as_ben, asked):
    answer = as_ben.read(f"{URL}{asked.pk}/").json()

    assert answer["status"] == "PENDING"
    assert answer["requester"] == {"email": "ben@example.com", "name": "Ben Novak"}
    assert answer["question_title"] == "What is 2 + 2?"
    assert answer["decisions"] == []


def test_the_execution_speaks_step_functions_words(as_ben, asked, deliver_all):
    deliver_all()

    answer = as_ben.read(f"{URL}{asked.pk}/").json()

    assert answer["execution"] == {"name": f"request-{asked.pk}", "status": "RUNNING"}


def test_a_decision_is_carried_to_the_end_of_the_execution(as_ben, asked, asha, deliver_all):
    deliver_all()
    decide(asked.tasks.get(), asha, comment="Clear.")
    deliver_all()

    answer = as_ben.read(f"{URL}{asked.pk}/").json()

    assert answer["status"] == "APPROVED"
    assert answer["execution"]["status"] == "SUCCEEDED"
    (decision,) = answer["decisions"]
    assert decision["verdict"] == "APPROVED"
    assert decision["comments"] == "Clear."
    assert decision["assessor"] == {"email": "asha@example.com", "name": "Asha Rao"}
    assert decision["digest"] == asked.version.digest


def test_the_task_token_is_in_no_answer(as_ben, as_asha, asked, deliver_all):
    deliver_all()
    task = ApprovalTask.objects.get()
    assert task.task_token

    for answer in (
        as_ben.read(f"{URL}{asked.pk}/"),
        as_ben.read(URL),
        as_asha.read(f"approval-tasks/{task.pk}/"),
        as_asha.read("approval-tasks/"),
    ):
        assert task.task_token not in answer.content.decode()
        assert "token" not in answer.content.decode()


@pytest.mark.parametrize("who", ["as_asha", "as_vera", "as_admin"])
def test_those_concerned_may_read_it(request, asked, who):
    assert request.getfixturevalue(who).read(f"{URL}{asked.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["as_ada", "as_cleo"])
def test_for_others_it_is_not_there(request, asked, who):
    answer = request.getfixturevalue(who).read(f"{URL}{asked.pk}/")

    assert_refused(answer, 404, "request_not_found")


def test_what_is_not_there_looks_the_same(as_ben):
    assert_refused(as_ben.read(NOWHERE), 404, "request_not_found")


def test_an_id_that_is_none_is_no_address(as_ben):
    assert_refused(as_ben.read(f"{URL}17/"), 404, "not_found")


def test_a_stranger_is_asked_to_sign_in(as_stranger, asked):
    assert_refused(as_stranger.read(f"{URL}{asked.pk}/"), 401, "not_authenticated")
    assert_refused(as_stranger.read(URL), 401, "not_authenticated")


def test_the_list_has_the_newest_first(as_ben, submit):
    requests = [submit() for _ in range(3)]

    assert ids(as_ben.read(URL)) == [str(made.pk) for made in reversed(requests)]


def test_the_list_can_be_walked(as_ben, submit):
    for _ in range(3):
        submit()
    first = as_ben.read(URL, {"limit": 2})

    second = as_ben.get(first.json()["next"])

    assert (len(ids(first)), len(ids(second))) == (2, 1)
    assert second.json()["next"] is None


def test_the_list_can_be_narrowed_to_a_status(as_ben, submit, asha):
    open_one = submit()

    assert ids(as_ben.read(URL, {"status": "PENDING"})) == [str(open_one.pk)]
    assert ids(as_ben.read(URL, {"status": "APPROVED"})) == []


def test_an_unknown_status_is_refused_by_name(as_ben):
    assert_refused(as_ben.read(URL, {"status": "LOST"}), 400, "validation_error", "status")


def test_the_list_of_others_has_not_my_requests(as_cleo, asked):
    assert ids(as_cleo.read(URL)) == []


@pytest.mark.parametrize("rows", [1, 10])
def test_a_list_takes_the_same_number_of_queries_however_long(
    as_ben, submit, django_assert_max_num_queries, rows
):
    for _ in range(rows):
        submit()

    with django_assert_max_num_queries(2):
        as_ben.read(URL)


def test_a_request_takes_eight_queries(as_ben, asked, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        as_ben.read(f"{URL}{asked.pk}/")
