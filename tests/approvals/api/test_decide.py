"""POST /api/v1/approval-tasks/{id}/decision/"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from approvals import services
from approvals.models import ApprovalTask, Decision
from tests.approvals.api.conftest import Program, assert_refused
from tests.approvals.conftest import decide, make_overdue
from tests.conftest import wait_until_someone_waits_for_a_lock

APPROVED = {"verdict": "APPROVED"}
REJECTED = {"verdict": "REJECTED", "comments": "B is right too."}


@pytest.fixture
def url(task):
    return f"approval-tasks/{task.pk}/decision/"


def assert_undecided(task):
    task.refresh_from_db()
    assert task.status == "PENDING"
    assert not Decision.objects.exists()


@pytest.mark.parametrize("verdict", ["APPROVED", "REJECTED", "CHANGES_REQUESTED"])
def test_asha_decides_with_a_comment(as_asha, url, verdict):
    answer = as_asha.send(url, {"verdict": verdict, "comments": "Read twice."})

    assert answer.status_code == 200
    assert answer.json()["status"] == verdict
    assert answer.json()["comments"] == "Read twice."
    (decision,) = answer.json()["decisions"]
    assert decision["verdict"] == verdict
    assert decision["assessor"]["email"] == "asha@example.com"


def test_an_approval_needs_no_comment(as_asha, url):
    assert as_asha.send(url, APPROVED).json()["status"] == "APPROVED"


def test_the_digest_that_was_read_is_accepted(as_asha, url, task):
    answer = as_asha.send(url, APPROVED | {"digest": task.version.digest})

    assert answer.status_code == 200


def test_a_stale_digest_is_refused(as_asha, url, task):
    answer = as_asha.send(url, APPROVED | {"digest": "0" * 64})

    assert_refused(answer, 409, "stale_digest")
    assert_undecided(task)


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "validation_error", "verdict"),
        ({"verdict": ""}, 400, "validation_error", "verdict"),
        ({"verdict": None}, 400, "validation_error", "verdict"),
        ({"verdict": ["APPROVED"]}, 400, "validation_error", "verdict"),
        ({"verdict": "approved"}, 422, "unknown_verdict", "verdict"),
        ({"verdict": "MAYBE"}, 422, "unknown_verdict", "verdict"),
        ({"verdict": "REJECTED"}, 422, "comment_required", "comments"),
        ({"verdict": "REJECTED", "comments": " \n"}, 422, "comment_required", "comments"),
        ({"verdict": "CHANGES_REQUESTED"}, 422, "comment_required", "comments"),
        (APPROVED | {"comments": "x" * 1_000_000}, 422, "invalid_comment", "comments"),
        (APPROVED | {"comments": "a\0b"}, 400, "validation_error", "comments"),
        (APPROVED | {"comments": None}, 400, "validation_error", "comments"),
        (APPROVED | {"comments": {}}, 400, "validation_error", "comments"),
        (APPROVED | {"digest": "x" * 1_000_000}, 409, "stale_digest", None),
        (APPROVED | {"digest": None}, 400, "validation_error", "digest"),
    ],
)
def test_bad_input_is_refused_by_name(as_asha, url, task, body, status, code, field):
    assert_refused(as_asha.send(url, body), status, code, field)
    assert_undecided(task)


def test_after_the_due_time_it_is_too_late(as_asha, url, task):
    make_overdue(task)

    assert_refused(as_asha.send(url, APPROVED), 409, "task_expired")
    assert_undecided(task)


def test_a_second_decision_is_told_who_came_first(as_asha, url, task, asha):
    decide(task, asha)

    answer = as_asha.send(url, REJECTED)

    assert_refused(answer, 409, "task_already_decided")
    assert answer.json()["decided_by"] == "Asha Rao"
    assert answer.json()["status"] == 409
    assert Decision.objects.count() == 1


def test_in_a_group_the_second_is_told_who_came_first(as_ada, offered, asha):
    decide(offered, asha)

    answer = as_ada.send(f"approval-tasks/{offered.pk}/decision/", REJECTED)

    assert_refused(answer, 409, "task_already_decided")
    assert answer.json()["decided_by"] == "Asha Rao"


def test_a_cancelled_task_is_not_decided(as_asha, url, task, ben):
    services.cancel_request(request_id=task.request_id, actor=ben)

    assert_refused(as_asha.send(url, APPROVED), 409, "task_already_decided")


def test_the_requester_does_not_judge(as_ben, url, task):
    assert_refused(as_ben.send(url, APPROVED), 403, "self_approval")
    assert_undecided(task)


def test_an_administrator_does_not_judge_for_others(as_admin, url, task):
    assert_refused(as_admin.send(url, APPROVED), 403, "not_the_assignee")
    assert_undecided(task)


@pytest.mark.parametrize("who", ["as_ada", "as_cleo"])
def test_somebody_elses_task_is_not_there(request, url, task, who):
    answer = request.getfixturevalue(who).send(url, APPROVED)

    assert_refused(answer, 404, "task_not_found")
    assert_undecided(task)


def test_a_stranger_is_asked_to_sign_in(as_stranger, url, task):
    assert_refused(as_stranger.send(url, APPROVED), 401, "not_authenticated")
    assert_undecided(task)


def test_a_task_that_is_not_there(as_asha):
    url = "approval-tasks/11111111-1111-4111-8111-111111111111/decision/"

    assert_refused(as_asha.send(url, APPROVED), 404, "task_not_found")


def test_the_tag_that_was_read_is_accepted(as_asha, url, task):
    tag = as_asha.read(f"approval-tasks/{task.pk}/")["ETag"]

    assert as_asha.send(url, APPROVED, If_Match=tag).status_code == 200


def test_the_answer_carries_the_new_tag(as_asha, url, task):
    tag = as_asha.send(url, APPROVED)["ETag"]

    assert as_asha.read(f"approval-tasks/{task.pk}/")["ETag"] == tag


def test_a_task_that_changed_meanwhile_is_not_decided(as_asha, ada, offered):
    address = f"approval-tasks/{offered.pk}/"
    tag = as_asha.read(address)["ETag"]
    services.claim_task(task_id=offered.pk, actor=ada)

    answer = as_asha.send(f"{address}decision/", APPROVED, If_Match=tag)

    assert_refused(answer, 412, "precondition_failed")
    assert_undecided(offered)


def test_the_same_key_decides_once(as_asha, url):
    first = as_asha.send(url, REJECTED, Idempotency_Key="key-1")

    again = as_asha.send(url, REJECTED, Idempotency_Key="key-1")

    assert (again.status_code, again.content) == (200, first.content)
    assert again["ETag"] == first["ETag"]
    assert Decision.objects.count() == 1


def test_the_same_key_with_another_verdict_is_refused(as_asha, url):
    as_asha.send(url, REJECTED, Idempotency_Key="key-1")

    answer = as_asha.send(url, APPROVED, Idempotency_Key="key-1")

    assert_refused(answer, 422, "idempotency_key_reused")


def test_a_refusal_keeps_its_answer_and_nothing_else(as_asha, url, task):
    first = as_asha.send(url, {"verdict": "MAYBE"}, Idempotency_Key="key-1")

    again = as_asha.send(url, {"verdict": "MAYBE"}, Idempotency_Key="key-1")

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert_undecided(task)


def in_another_thread(pool, user, url, body, **headers):
    def send():
        try:
            return Program(user).send(url, body, **headers)
        finally:
            connections.close_all()

    return pool.submit(send)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(submit, asha, ada):
    stage = {"assessors": [asha.email, ada.email]}
    task = submit(policy={"stages": [stage]}, assigned_to="").tasks.get()
    url = f"approval-tasks/{task.pk}/decision/"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decide(task, asha)
            second = in_another_thread(pool, ada, url, REJECTED)
            wait_until_someone_waits_for_a_lock()
        answer = second.result(timeout=10)

    assert_refused(answer, 409, "task_already_decided")
    assert answer.json()["decided_by"] == "Asha Rao"
    assert Decision.objects.get().assessor == asha


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_decision_waits_for_a_lock_is_in_flight(task, asha, as_asha):
    url = f"approval-tasks/{task.pk}/decision/"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ApprovalTask.objects.locked(task.pk)
            first = in_another_thread(pool, asha, url, APPROVED, Idempotency_Key="key-1")
            wait_until_someone_waits_for_a_lock()
            meanwhile = as_asha.send(url, APPROVED, Idempotency_Key="key-1")
        done = first.result(timeout=10)

    assert_refused(meanwhile, 409, "idempotency_key_in_flight")
    assert done.status_code == 200
    again = as_asha.send(url, APPROVED, Idempotency_Key="key-1")
    assert again.content == done.content
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_tag_is_compared_under_the_lock(submit, asha, ada):
    stage = {"assessors": [asha.email, ada.email], "approve_n": 2}
    task = submit(policy={"stages": [stage]}, assigned_to="").tasks.get()
    address = f"approval-tasks/{task.pk}/"
    tag = Program(ada).read(address)["ETag"]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decide(task, asha)
            second = in_another_thread(pool, ada, f"{address}decision/", APPROVED, If_Match=tag)
            wait_until_someone_waits_for_a_lock()
        answer = second.result(timeout=10)

    assert_refused(answer, 412, "precondition_failed")
    assert Decision.objects.get().assessor == asha
