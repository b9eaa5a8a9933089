"""GET /api/v1/ai/query/{id}/"""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.services import create_api_token
from aiqueries.kinds import Outcome, Purpose, Status, Trouble
from aiqueries.models import Attempt, Query
from crm_sync.models import Customer
from outbox.models import Event
from tests.aiqueries.api.conftest import PROMPT, asked, assert_refused

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def address(query):
    return f"ai/query/{query.pk}/"


@pytest.fixture
def answered(ben):
    customer = Customer.objects.create(name="Northwind College")
    query = asked(
        ben,
        customer_id=customer.pk,
        status=Status.SUCCEEDED,
        answer="A wrong option.",
        answer_digest="a" * 64,
        input_digest="b" * 64,
        provider="offline",
        answered_by="parrot-1",
        input_tokens=20,
        output_tokens=4,
        cost=Decimal("0.00012"),
        started_at=NOW,
        finished_at=NOW,
        turn=1,
        position=5,
    )
    Attempt.objects.create(
        query=query,
        number=2,
        turn=1,
        provider="offline",
        model="parrot-1",
        outcome=Outcome.ANSWERED,
        input_digest="b" * 64,
        sent_bytes=100,
        cost=Decimal("0.00012"),
        input_tokens=20,
        output_tokens=4,
        began_at=NOW,
        ended_at=NOW + timedelta(milliseconds=1500),
    )
    Attempt.objects.create(
        query=query,
        number=1,
        turn=1,
        provider="openai",
        model="large",
        outcome=Outcome.FAILED,
        trouble=Trouble.RATE_LIMITED,
        says="The AI provider asked for a pause.",
        input_digest="c" * 64,
        sent_bytes=100,
        began_at=NOW,
        ended_at=NOW,
    )
    return query


def test_the_owner_reads_all_of_it(as_ben, answered):
    answer = as_ben.read(address(answered)).json()

    assert {name: answer[name] for name in answer if not name.endswith("_at")} == {
        "id": str(answered.pk),
        "status": "SUCCEEDED",
        "purpose": "ASK",
        "title": PROMPT,
        "correlation_id": answered.correlation_id,
        "owner": "ben@example.com",
        "prompt": PROMPT,
        "prompt_digest": answered.prompt_digest,
        "context": {
            "customer_id": str(answered.customer_id),
            "question_id": None,
            "question_version": None,
            "title": "Northwind College",
        },
        "model": "",
        "max_cost": None,
        "template": {"name": "answer", "version": 1, "digest": answered.template.digest},
        "input_digest": "b" * 64,
        "answer": "A wrong option.",
        "answer_digest": "a" * 64,
        "is_complete": True,
        "provider": "offline",
        "answered_by": "parrot-1",
        "input_tokens": 20,
        "output_tokens": 4,
        "cost": "0.00012000",
        "error": None,
        "attempts": answer["attempts"],
    }
    assert [
        (each["number"], each["outcome"], each["trouble"], each["says"], each["latency_ms"])
        for each in answer["attempts"]
    ] == [
        (1, "FAILED", "RATE_LIMITED", "The AI provider asked for a pause.", 0),
        (2, "ANSWERED", "", "", 1500),
    ]


def test_a_failure_says_why(as_ben, ben):
    query = asked(
        ben,
        status=Status.FAILED,
        error_code="over_budget",
        error="The budget is spent.",
        finished_at=NOW,
    )

    answer = as_ben.read(address(query)).json()

    assert answer["error"] == {"code": "over_budget", "detail": "The budget is spent."}
    assert answer["is_complete"] is None


def test_an_administrator_reads_it_too(as_admin, query):
    assert as_admin.read(address(query)).json()["owner"] == "ben@example.com"


def test_what_an_administrator_reads_of_others_is_written_down(as_admin, query):
    as_admin.read(address(query))

    seen = Event.objects.get(name="aiqueries.query_seen").payload
    assert (seen["query_id"], seen["through"]) == (str(query.pk), "api")


def test_a_query_of_the_product_itself_has_no_owner(as_admin, query):
    Query.objects.update(owner=None, purpose=Purpose.REVIEW)

    assert as_admin.read(address(query)).json()["owner"] is None


def test_what_timed_out_is_still_there_for_its_owner(as_ben, ben):
    query = asked(ben, status=Status.EXPIRED, finished_at=NOW)

    assert as_ben.read(address(query)).json()["status"] == "EXPIRED"


@pytest.mark.parametrize(
    ("retry_in", "pause"), [(None, "1"), (-5, "1"), (30, "30"), (3600, "60")], ids=str
)
def test_while_it_is_open_it_says_when_to_ask_again(as_ben, ben, retry_in, pause):
    at = None if retry_in is None else timezone.now() + timedelta(seconds=retry_in)
    query = asked(ben, retry_at=at)

    assert as_ben.read(address(query))["Retry-After"] == pause


def test_once_it_ended_there_is_nothing_to_wait_for(as_ben, answered):
    assert "Retry-After" not in as_ben.read(address(answered))


def test_who_has_it_already_is_not_sent_it_again(as_ben, query):
    tag = as_ben.read(address(query))["ETag"]

    answer = as_ben.read(address(query), If_None_Match=tag)

    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer["ETag"], answer["Retry-After"]) == (tag, "1")


@pytest.mark.parametrize(
    "change",
    [{"position": 1}, {"texts_dropped_at": NOW}, {"cancel_asked_at": NOW}],
    ids=lambda it: min(it),
)
def test_every_change_has_a_tag_of_its_own(as_ben, query, change):
    tag = as_ben.read(address(query))["ETag"]
    Query.objects.update(**change)

    answer = as_ben.read(address(query), If_None_Match=tag)

    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_reading_takes_four_statements(ben, answered, django_assert_num_queries):
    program = with_token(ben)

    with django_assert_num_queries(4):  # token and person, query, attempts, customer
        assert program.get(f"/api/v1/{address(answered)}").status_code == 200


def test_asking_whether_it_changed_takes_two(ben, answered, django_assert_num_queries):
    program = with_token(ben)
    tag = program.get(f"/api/v1/{address(answered)}")["ETag"]

    with django_assert_num_queries(2):
        answer = program.get(f"/api/v1/{address(answered)}", headers={"If-None-Match": tag})

    assert answer.status_code == 304


def with_token(person):
    new = create_api_token(user=person, name="Reports", days=1, actor=person.as_actor())
    program = APIClient(headers={"Authorization": f"Bearer {new.secret}"})
    program.get("/api/v1/")  # its use is noted once a minute
    return program


def test_a_strangers_query_is_not_there(as_asha, query):
    assert_refused(as_asha.read(address(query)), 404, "query_not_found")


def test_unknown_and_foreign_are_the_same_to_the_byte(as_asha, query):
    foreign = as_asha.read(address(query), X_Request_ID="request-4711")
    unknown = as_asha.read(f"ai/query/{uuid4()}/", X_Request_ID="request-4711")

    assert foreign.content == unknown.content
    assert foreign.headers == unknown.headers


def test_unknown_and_foreign_cost_the_same_statements(asha, query, django_assert_num_queries):
    program = with_token(asha)

    for wanted in (query.pk, uuid4()):
        with django_assert_num_queries(3):  # token, query, and the record that it was refused
            assert program.get(f"/api/v1/ai/query/{wanted}/").status_code == 404
