import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import IdempotentAnswer
from core.tasks import forget_old_answers
from outbox.models import Event
from tests.core import doors

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.doors")]
NOTES = "/api/v1/notes/"


def notes():
    """What the doors wrote, without what the audit trail hears of refusals."""
    return Event.objects.exclude(name__startswith="audit.")


def post(api, url=NOTES, body=None, key="key-1"):
    body = {"name": "one"} if body is None else body
    return api.post(url, body, format="json", headers={"Idempotency-Key": key})


def test_the_first_request_is_done(api):
    answer = post(api)

    assert answer.status_code == 201
    assert notes().count() == 1
    assert "Idempotency-Replayed" not in answer


def test_the_same_request_again_does_nothing_and_gets_the_same_answer(api):
    first = post(api)

    again = post(api)

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Location"] == first["Location"]
    assert again["Content-Type"] == first["Content-Type"]
    assert notes().count() == 1


def test_an_answer_from_memory_says_so(api):
    post(api)

    assert post(api)["Idempotency-Replayed"] == "true"


def test_an_answer_from_memory_has_its_own_request_id(api):
    first = post(api)

    assert post(api)["X-Request-ID"] != first["X-Request-ID"]


def test_the_order_of_members_makes_no_other_request(api):
    options = [{"text": "a"}]
    post(api, body={"name": "one", "options": options})

    again = post(api, body={"options": options, "name": "one"})

    assert again["Idempotency-Replayed"] == "true"


def test_the_key_with_another_body_is_refused(api):
    post(api)

    answer = post(api, body={"name": "two"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert notes().count() == 1


def test_the_key_at_another_address_is_refused(api):
    post(api)

    answer = post(api, url="/api/v1/latest/")

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"


def test_another_key_is_another_request(api):
    post(api, key="key-1")
    post(api, key="key-2")

    assert notes().count() == 2


def test_keys_are_each_persons_own(api, cleo):
    post(api)
    hers = APIClient()
    hers.force_authenticate(cleo)

    answer = post(hers)

    assert answer.status_code == 201
    assert notes().count() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "tab\there"])
def test_a_key_that_is_none_is_refused(api, key):
    answer = post(api, key=key)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_idempotency_key"
    assert notes().count() == 0


def test_a_key_of_255_characters_is_good(api):
    assert post(api, key="~" * 255).status_code == 201


def test_a_refusal_is_remembered_with_its_members(api):
    first = post(api, url="/api/v1/refusing/")

    again = post(api, url="/api/v1/refusing/")

    assert first.status_code == 409
    assert first.json()["decided_by"] == "Ada Okafor"
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("url", ["/api/v1/refusing/", "/api/v1/answering-409/"])
def test_what_was_written_before_a_refusal_is_taken_back(api, url):
    post(api, url=url)

    assert notes().count() == 0
    assert IdempotentAnswer.objects.count() == 1


def test_wrong_input_is_remembered_too(api):
    post(api, body={})

    answer = post(api, body={})

    assert answer.status_code == 400
    assert answer["Idempotency-Replayed"] == "true"


def test_a_crash_leaves_the_key_unused(api):
    answer = post(api, url="/api/v1/breaking/")

    assert answer.status_code == 500
    assert notes().count() == 0
    assert IdempotentAnswer.objects.count() == 0


def test_a_stranger_leaves_the_key_unused(db):
    answer = post(APIClient())

    assert answer.status_code == 401
    assert IdempotentAnswer.objects.count() == 0


def test_without_a_key_nothing_more_is_asked_of_the_database(api):
    with CaptureQueriesContext(connection) as queries:
        api.post(NOTES, {"name": "one"}, format="json")

    assert len(queries) == 1


def test_a_key_costs_two_queries(api):
    with CaptureQueriesContext(connection) as queries:
        post(api)

    # The test's own transaction makes ours a savepoint.
    words = [query["sql"].split()[0] for query in queries]
    assert words == ["SAVEPOINT", "SELECT", "INSERT", "INSERT", "RELEASE"]


def test_answers_are_forgotten_after_seven_days(api):
    post(api, key="old")
    post(api, key="young")
    eight_days_ago = timezone.now() - timedelta(days=8)
    IdempotentAnswer.objects.filter(key="old").update(created_at=eight_days_ago)

    assert forget_old_answers() == 1
    assert IdempotentAnswer.objects.get().key == "young"


@pytest.fixture
def slow_request(transactional_db, ben):
    """A request with key-1 that has done its work and has not committed."""
    answers = []

    def run():
        client = APIClient()
        client.force_authenticate(ben)
        answers.append(post(client, url="/api/v1/slow/"))
        connections.close_all()

    doors.inside.clear()
    doors.go_on.clear()
    thread = threading.Thread(target=run)
    thread.start()
    assert doors.inside.wait(10)
    yield answers, thread
    doors.go_on.set()
    thread.join(10)


def test_a_key_in_flight_is_refused_at_once(slow_request, api):
    answer = post(api, url="/api/v1/slow/")

    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_in_flight"


def test_another_key_does_not_wait_for_the_one_in_flight(slow_request, api):
    assert post(api, key="key-2").status_code == 201


def test_after_the_flight_the_key_gets_its_answer(slow_request, api):
    answers, thread = slow_request
    doors.go_on.set()
    thread.join(10)

    answer = post(api, url="/api/v1/slow/")

    assert answer.status_code == 201
    assert answer.content == answers[0].content
    assert Event.objects.filter(name="slow").count() == 1


def test_effect_and_answer_become_visible_together(slow_request):
    _, thread = slow_request
    before = (notes().count(), IdempotentAnswer.objects.count())

    doors.go_on.set()
    thread.join(10)

    assert before == (0, 0)
    assert (notes().count(), IdempotentAnswer.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_connection_killed_in_between_leaves_the_key_unused(api):
    def kill_before_the_answer_is_kept(execute, sql, *rest):
        if sql.startswith('INSERT INTO "core_idempotentanswer"'):
            execute("SELECT pg_terminate_backend(pg_backend_pid())", None, *rest[1:])
        return execute(sql, *rest)

    with connection.execute_wrapper(kill_before_the_answer_is_kept):
        lost = post(api)
    connection.close()

    answer = post(api)

    assert lost.status_code == 500
    assert answer.status_code == 201
    assert notes().count() == 1
    assert json.loads(answer.content)["id"] == notes().get().id


@pytest.mark.django_db(transaction=True)
def test_who_looked_before_the_other_committed_does_nothing_twice(api, ben):
    """The lock is free again, and the statement that got it does not see the answer yet."""

    def let_another_be_first(execute, sql, *rest):
        found = execute(sql, *rest)
        if "pg_try_advisory_xact_lock" in sql:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(be_first).result(timeout=10)
        return found

    def be_first():
        IdempotentAnswer.objects.create(
            actor_id=str(ben.pk), key="key-1", fingerprint="0" * 64, status=201
        )
        connections.close_all()

    with connection.execute_wrapper(let_another_be_first):
        answer = post(api)

    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_in_flight"
    assert notes().count() == 0
