"""POST /api/v1/approval-requests/{id}/cancel/"""

import pytest

from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import decide


@pytest.fixture
def asked(submit):
    return submit()


@pytest.fixture
def url(asked):
    return f"approval-requests/{asked.pk}/cancel/"


def assert_still_open(asked):
    asked.refresh_from_db()
    assert asked.status == "PENDING"


@pytest.mark.parametrize("who", ["as_ben", "as_admin"])
def test_the_requester_or_an_administrator_withdraws_it(request, url, who):
    answer = request.getfixturevalue(who).send(url)

    assert answer.status_code == 200
    assert answer.json()["status"] == "CANCELLED"
    assert answer.json()["tasks"][0]["status"] == "CANCELLED"
    assert answer.json()["closed_at"] is not None


def test_its_execution_is_stopped(as_ben, url, asked, deliver_all):
    deliver_all()
    as_ben.send(url)
    deliver_all()

    answer = as_ben.read(f"approval-requests/{asked.pk}/").json()

    assert answer["execution"]["status"] == "ABORTED"


def test_a_second_time_it_is_closed(as_ben, url):
    as_ben.send(url)

    assert_refused(as_ben.send(url), 409, "request_closed")


def test_the_same_key_cancels_once(as_ben, url):
    first = as_ben.send(url, Idempotency_Key="key-1")

    assert as_ben.send(url, Idempotency_Key="key-1").content == first.content


def test_while_a_decision_is_under_way_it_is_too_late(as_ben, url, asked, asha):
    decide(asked.tasks.get(), asha)

    assert_refused(as_ben.send(url), 409, "decision_under_way")
    assert_still_open(asked)


def test_the_assessor_does_not_withdraw_it(as_asha, url, asked):
    assert_refused(as_asha.send(url), 403, "not_yours")
    assert_still_open(asked)


def test_for_cleo_it_is_not_there(as_cleo, url, asked):
    assert_refused(as_cleo.send(url), 404, "request_not_found")
    assert_still_open(asked)


def test_a_stranger_is_asked_to_sign_in(as_stranger, url, asked):
    assert_refused(as_stranger.send(url), 401, "not_authenticated")
    assert_still_open(asked)
