"""Taking a query in."""

from uuid import uuid4

import pytest

from aiqueries import services
from aiqueries.content import digest_of
from aiqueries.exceptions import InvalidPrompt, UnknownContext, UnknownModel
from aiqueries.kinds import Status
from aiqueries.models import Query
from approvals.services import create_question
from crm_sync.models import Customer
from outbox.models import Event
from tests.approvals.conftest import CONTENT

pytestmark = pytest.mark.django_db


def test_a_query_waits_for_a_worker(ben):
    query = services.ask_query(prompt="  What is a distractor?\r\n", actor=ben)

    kept = Query.objects.get()
    assert kept == query
    assert (kept.owner, kept.status, kept.prompt) == (ben, Status.QUEUED, "What is a distractor?")
    assert kept.prompt_digest == digest_of("What is a distractor?")


def test_its_event_holds_no_word_of_the_prompt(ben):
    query = services.ask_query(prompt="What is a distractor?", actor=ben)

    event = Event.objects.get(name="aiqueries.query_asked")
    assert event.payload == {
        "query_id": str(query.pk),
        "owner_id": str(ben.pk),
        "purpose": "ASK",
        "question_id": "",
        "customer_id": "",
        "prompt_digest": digest_of("What is a distractor?"),
        "model": "",
    }


@pytest.mark.parametrize("prompt", ["", " \n\t", "x" * 8_001], ids=["empty", "blank", "long"])
def test_what_is_no_prompt_is_refused(ben, prompt):
    with pytest.raises(InvalidPrompt) as refused:
        services.ask_query(prompt=prompt, actor=ben)

    assert refused.value.field == "prompt"
    assert not Query.objects.exists()


def test_a_customer_can_be_named(ben):
    customer = Customer.objects.create(name="Northwind College")

    query = services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)

    assert query.customer_id == customer.pk


@pytest.mark.parametrize("field", ["customer_id", "question_id"])
def test_an_unknown_context_is_refused(ben, field):
    with pytest.raises(UnknownContext) as refused:
        services.ask_query(prompt="Who is this?", actor=ben, **{field: uuid4()})

    assert refused.value.field == field
    assert not Query.objects.exists()


def test_a_model_that_is_not_on_offer_is_refused(ben):
    with pytest.raises(UnknownModel) as refused:
        services.ask_query(prompt="Who is this?", model="parrot-99", actor=ben)

    assert refused.value.field == "model"
    assert not Query.objects.exists()


def test_a_question_is_asked_about_in_its_newest_version(ben):
    question = create_question(content=CONTENT, actor=ben)

    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)

    assert (query.question_id, query.question_version) == (question.pk, 1)


def test_a_question_of_others_is_none(ben, asha):
    question = create_question(content=CONTENT, actor=ben)

    with pytest.raises(UnknownContext):
        services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=asha)
