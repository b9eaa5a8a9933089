from uuid import uuid4

import pytest

from approvals.models import ApprovalRequest
from tests.approvals.conftest import decide


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [("asha", 200), ("ben", 200), ("vera", 200), ("admin_person", 200), ("cleo", 403)],
)
def test_who_may_look_at_the_list(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/requests/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("asha", 200),
        ("ben", 200),
        ("vera", 200),
        ("admin_person", 200),
        ("ada", 404),
        ("cleo", 404),
    ],
)
def test_who_may_look_at_a_request(client, request, task, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/requests/{task.request_id}/").status_code == status


@pytest.mark.parametrize(
    ("status", "found"), [("", True), ("PENDING", True), ("APPROVED", False), ("odd", True)]
)
def test_the_list_is_filtered_by_status(browser, task, status, found):
    text = browser.get("/requests/", {"status": status}).content.decode()

    assert ("What is 2 + 2?" in text) is found


def test_the_list_takes_eight_queries_at_most(browser, submit, django_assert_max_num_queries):
    for _ in range(10):
        submit()

    with django_assert_max_num_queries(8):
        browser.get("/requests/")


def test_a_decided_request_shows_its_way(browser, asha, task, deliver_all):
    deliver_all()
    decide(task, asha, "REJECTED", "Two options are right.")
    deliver_all()

    text = browser.get(f"/requests/{task.request_id}/").content.decode()

    for words in ("Asha Rao</b> rejected", "Two options are right.", "The question is rejected"):
        assert words in text
    assert "flow-drawing" in text


def test_the_token_is_not_on_the_page(browser, task, deliver_all):
    deliver_all()
    task.refresh_from_db()
    assert task.task_token

    assert task.task_token not in browser.get(f"/requests/{task.request_id}/").content.decode()


def test_ben_cancels_his_request(browser, task):
    response = browser.post(f"/requests/{task.request_id}/cancel/", follow=True)

    assert "The request was cancelled." in response.content.decode()
    assert ApprovalRequest.objects.get().status == "CANCELLED"


def test_an_administrator_cancels_any_request(client, admin_person, task):
    client.force_login(admin_person)

    client.post(f"/requests/{task.request_id}/cancel/")

    assert ApprovalRequest.objects.get().status == "CANCELLED"


@pytest.mark.parametrize(("who", "status"), [("asha", 403), ("vera", 403), ("cleo", 404)])
def test_nobody_else_cancels(client, request, task, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.post(f"/requests/{task.request_id}/cancel/").status_code == status
    assert ApprovalRequest.objects.get().status == "PENDING"


def test_cancelling_twice_is_told_kindly(browser, task):
    browser.post(f"/requests/{task.request_id}/cancel/")

    response = browser.post(f"/requests/{task.request_id}/cancel/")

    assert response.status_code == 409
    assert "The request is closed: cancelled." in response.content.decode()


def test_who_may_not_cancel_sees_no_button(client, asha, task):
    client.force_login(asha)

    assert "Cancel request" not in client.get(f"/requests/{task.request_id}/").content.decode()


def test_a_request_that_never_was_is_not_found(browser):
    assert browser.get(f"/requests/{uuid4()}/").status_code == 404
