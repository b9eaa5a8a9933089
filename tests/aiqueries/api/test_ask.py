"""POST /api/v1/ai/query/"""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.services import create_api_token
from aiqueries.kinds import Period, Scope
from aiqueries.models import Budget, Price, Query
from approvals import services as approvals
from crm_sync.models import Customer
from tests.aiqueries.api.conftest import PROMPT, assert_refused
from tests.approvals.conftest import CONTENT

pytestmark = pytest.mark.django_db
ASK = "ai/query/"


@pytest.fixture
def customer(db):
    return Customer.objects.create(name="Northwind College")


def test_a_query_is_accepted_at_once(as_ben, ben):
    answer = as_ben.send(ASK, {"prompt": PROMPT}, X_Request_ID="request-4711")

    query = Query.objects.get()
    address = f"http://testserver/api/v1/ai/query/{query.pk}/"
    assert answer.status_code == 202
    assert answer.json() == {
        "id": str(query.pk),
        "status": "QUEUED",
        "correlation_id": "request-4711",
        "poll": address,
        "events": f"{address}events/",
        "cancel": address,
    }
    assert (answer["Location"], answer["Retry-After"]) == (address, "1")
    assert (query.owner, query.prompt, query.correlation_id) == (ben, PROMPT, "request-4711")


def test_a_customer_a_model_and_a_limit_can_be_named(as_ben, customer):
    answer = as_ben.send(
        ASK,
        {
            "prompt": PROMPT,
            "context": {"customer_id": str(customer.pk)},
            "model": "offline/parrot-1",
            "max_cost": "0.02",
        },
    )

    query = Query.objects.get()
    assert answer.status_code == 202
    assert (query.customer_id, query.model, query.max_cost) == (
        customer.pk,
        "offline/parrot-1",
        Decimal("0.02"),
    )


def test_a_question_can_be_named(as_ben, ben):
    question = approvals.create_question(content=CONTENT, actor=ben)

    as_ben.send(ASK, {"prompt": PROMPT, "context": {"question_id": str(question.pk)}})

    query = Query.objects.get()
    assert (query.question_id, query.question_version) == (question.pk, 1)


def test_a_program_asks_with_its_token(ben):
    token = create_api_token(user=ben, name="Reports", days=1, actor=ben.as_actor())

    answer = APIClient().post(
        f"/api/v1/{ASK}",
        {"prompt": PROMPT},
        format="json",
        headers={"Authorization": f"Bearer {token.secret}"},
    )

    assert answer.status_code == 202
    assert Query.objects.get().owner == ben


def test_the_same_key_asks_once(as_ben):
    first = as_ben.send(ASK, {"prompt": PROMPT}, Idempotency_Key="one")
    second = as_ben.send(ASK, {"prompt": PROMPT}, Idempotency_Key="one")

    assert second.json() == first.json()
    assert (second["Location"], second["Retry-After"]) == (first["Location"], "1")
    assert second["Idempotency-Replayed"] == "true"
    assert Query.objects.count() == 1


def test_another_prompt_under_the_same_key_is_refused(as_ben):
    as_ben.send(ASK, {"prompt": PROMPT}, Idempotency_Key="one")

    answer = as_ben.send(ASK, {"prompt": "And a stem?"}, Idempotency_Key="one")

    assert_refused(answer, 422, "idempotency_key_reused")
    assert Query.objects.count() == 1


@pytest.mark.parametrize("who", ["as_cleo", "as_vera"])
def test_who_has_no_work_here_may_not_ask(request, who):
    answer = request.getfixturevalue(who).send(ASK, {"prompt": PROMPT})

    assert_refused(answer, 403, "not_an_asker")
    assert not Query.objects.exists()


def test_a_stranger_may_not_ask(as_stranger):
    assert_refused(as_stranger.send(ASK, {"prompt": PROMPT}), 401, "not_authenticated")


SOMEBODY = "7f3c5e0a-3c1f-4c55-9d53-0f3d5a1c2b4e"
BOTH = {"customer_id": SOMEBODY, "question_id": SOMEBODY}
MISSHAPEN = {
    "nothing": ({}, "prompt"),
    "prompt is null": ({"prompt": None}, "prompt"),
    "prompt is a number": ({"prompt": 5}, "prompt"),
    "prompt is a list": ({"prompt": ["a"]}, "prompt"),
    "an unknown member": ({"prompt": "a", "promt": "b"}, "promt"),
    "an unknown member inside": ({"prompt": "a", "context": {"customer": "b"}}, "context.customer"),
    "both contexts": ({"prompt": "a", "context": BOTH}, "context"),
    "an empty context": ({"prompt": "a", "context": {}}, "context"),
    "a context that is text": ({"prompt": "a", "context": "b"}, "context"),
    "an id that is none": (
        {"prompt": "a", "context": {"customer_id": "b"}},
        "context.customer_id",
    ),
    "an id that is a number": (
        {"prompt": "a", "context": {"question_id": 5}},
        "context.question_id",
    ),
    "a model that is a number": ({"prompt": "a", "model": 5}, "model"),
    "a model that is empty": ({"prompt": "a", "model": ""}, "model"),
    "a model too long": ({"prompt": "a", "model": "m" * 101}, "model"),
    "a negative limit": ({"prompt": "a", "max_cost": "-0.01"}, "max_cost"),
    "a limit beyond reason": ({"prompt": "a", "max_cost": 1_000_000}, "max_cost"),
    "a limit too fine": ({"prompt": "a", "max_cost": "0.000000001"}, "max_cost"),
    "a limit without an end": ({"prompt": "a", "max_cost": "Infinity"}, "max_cost"),
    "a limit that is no number": ({"prompt": "a", "max_cost": "NaN"}, "max_cost"),
    "a limit that is a huge power": ({"prompt": "a", "max_cost": "1e400"}, "max_cost"),
    "a limit that is true": ({"prompt": "a", "max_cost": True}, "max_cost"),
}


@pytest.mark.parametrize(("body", "field"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_what_has_the_wrong_shape_is_refused_by_name(as_ben, body, field):
    answer = as_ben.send(ASK, body)

    assert_refused(answer, 400, "validation_error", field)
    assert not Query.objects.exists()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"prompt": "  "}, "invalid_prompt", "prompt"),
        ({"prompt": "x" * 8_001}, "invalid_prompt", "prompt"),
        ({"prompt": "a", "model": "nobody/nothing"}, "unknown_model", "model"),
        (
            {"prompt": "a", "context": {"customer_id": SOMEBODY}},
            "unknown_context",
            "context.customer_id",
        ),
        (
            {"prompt": "a", "context": {"question_id": SOMEBODY}},
            "unknown_context",
            "context.question_id",
        ),
    ],
    ids=["blank", "long", "model", "customer", "question"],
)
def test_what_breaks_a_rule_is_refused_by_name(as_ben, body, code, field):
    answer = as_ben.send(ASK, body)

    assert_refused(answer, 422, code, field)
    assert not Query.objects.exists()


def test_somebody_elses_question_is_as_unknown_as_none(as_ben, admin_person):
    question = approvals.create_question(content=CONTENT, actor=admin_person)

    theirs = as_ben.send(ASK, {"prompt": "a", "context": {"question_id": str(question.pk)}})
    nobodys = as_ben.send(ASK, {"prompt": "a", "context": {"question_id": str(uuid4())}})

    assert without_instance(theirs) == without_instance(nobodys)
    assert not Query.objects.exists()


@pytest.mark.parametrize(
    ("key", "about"), [(None, None), ("one", None), ("one", "customer"), ("one", "question")]
)
def test_taking_a_query_in_takes_few_statements(ben, customer, key, about):
    token = create_api_token(user=ben, name="Reports", days=1, actor=ben.as_actor())
    program = APIClient(headers={"Authorization": f"Bearer {token.secret}"})
    program.get("/api/v1/")  # the token's use is noted once a minute
    body = {"prompt": PROMPT}
    if about == "customer":
        body["context"] = {"customer_id": str(customer.pk)}
    if about == "question":
        question = approvals.create_question(content=CONTENT, actor=ben)
        body["context"] = {"question_id": str(question.pk)}

    with CaptureQueriesContext(connection) as seen:
        answer = program.post(
            f"/api/v1/{ASK}",
            body,
            format="json",
            headers={"Idempotency-Key": key} if key else {},
        )

    assert answer.status_code == 202
    assert len(statements(seen)) <= 10, statements(seen)


def statements(seen):
    """What was asked of the tables; a transaction's own marks are not counted."""
    marks = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
    return [one["sql"] for one in seen if not one["sql"].startswith(marks)]


def without_instance(answer):
    problem = answer.json()
    UUID(problem.pop("instance"))
    return answer.status_code, problem


@pytest.fixture
def paid(settings):
    """The only model on offer costs ten dollars for a million tokens, of either kind."""
    settings.AI_ROUTES = ["openai/large"]
    Price.objects.create(
        provider="openai",
        model="large",
        input_per_million=Decimal(10),
        output_per_million=Decimal(10),
    )


def test_what_has_no_price_is_refused_at_once(as_ben, settings):
    settings.AI_ROUTES = ["openai/unheard-of"]

    assert_refused(as_ben.send(ASK, {"prompt": PROMPT}), 409, "unknown_price")
    assert not Query.objects.exists()


def test_what_costs_more_than_the_caller_would_pay_is_refused_at_once(as_ben, paid):
    answer = as_ben.send(ASK, {"prompt": PROMPT, "max_cost": "0.0001"})

    assert_refused(answer, 409, "too_dear", "max_cost")
    assert not Query.objects.exists()


def test_what_no_budget_has_room_for_is_refused_at_once(as_ben, paid):
    Budget.objects.create(scope=Scope.WHOLE, period=Period.DAY, amount=Decimal(0))

    assert_refused(as_ben.send(ASK, {"prompt": PROMPT}), 409, "budget_spent")
    assert not Query.objects.exists()


def test_where_a_free_model_can_answer_an_empty_budget_is_no_reason(as_ben, paid, settings):
    settings.AI_ROUTES = ["openai/large", "offline/parrot-1"]
    Budget.objects.create(scope=Scope.WHOLE, period=Period.DAY, amount=Decimal(0))

    assert as_ben.send(ASK, {"prompt": PROMPT}).status_code == 202


def test_looking_at_budgets_keeps_it_to_few_statements(as_ben, paid, customer):
    for period in Period:
        Budget.objects.create(scope=Scope.WHOLE, period=period, amount=Decimal(100))
        Budget.objects.create(scope=Scope.EACH_PERSON, period=period, amount=Decimal(10))
    body = {"prompt": PROMPT, "context": {"customer_id": str(customer.pk)}}

    with CaptureQueriesContext(connection) as seen:
        answer = as_ben.send(ASK, body, Idempotency_Key="one")

    assert answer.status_code == 202
    assert len(statements(seen)) <= 10, statements(seen)
