"""POST /api/v1/approval-tasks/{id}/first-view/"""

import pytest

from approvals.models import FirstView
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import REVISED


@pytest.fixture
def url(task):
    return f"approval-tasks/{task.pk}/first-view/"


def test_asha_says_what_she_would_answer(as_asha, task, url):
    answer = as_asha.send(url, {"answer": "3", "remark": "Odd."})

    said = answer.json()
    assert answer.status_code == 201
    assert said.pop("created_at")
    assert said == {
        "task_id": str(task.pk),
        "version": 1,
        "digest": task.version.digest,
        "answer": "3",
        "agrees": False,
        "remark": "Odd.",
    }


def test_not_to_know_is_an_answer(as_asha, url):
    said = as_asha.send(url, {"answer": None}).json()

    assert (said["answer"], said["agrees"]) == (None, None)


def test_the_same_key_records_it_once(as_asha, url):
    first = as_asha.send(url, {"answer": "4"}, Idempotency_Key="key-1")

    assert as_asha.send(url, {"answer": "4"}, Idempotency_Key="key-1").content == first.content
    assert FirstView.objects.count() == 1


def test_a_second_one_is_refused(as_asha, url):
    as_asha.send(url, {"answer": "4"})

    assert_refused(as_asha.send(url, {"answer": "3"}), 409, "first_view_already_recorded")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"answer": "B"}, 422, "unknown_option"),
        ({"answer": "4", "digest": REVISED.digest}, 409, "stale_digest"),
        ({}, 400, "validation_error"),
    ],
)
def test_what_makes_no_sense_is_refused(as_asha, url, body, status, code):
    assert_refused(as_asha.send(url, body), status, code)
    assert not FirstView.objects.exists()


def test_who_may_not_see_the_task_does_not_learn_of_it(as_cleo, url):
    assert_refused(as_cleo.send(url, {"answer": "4"}), 404, "task_not_found")


def test_the_requester_has_no_first_view(as_ben, url):
    assert_refused(as_ben.send(url, {"answer": "4"}), 403, "self_approval")


def test_the_task_shows_ones_own_first_view(as_asha, as_ben, task, url):
    address = f"approval-tasks/{task.pk}/"
    assert as_asha.read(address).json()["first_view"] is None

    said = as_asha.send(url, {"answer": "4"}).json()

    assert as_asha.read(address).json()["first_view"] == said
    assert as_ben.read(address).json()["first_view"] is None
