"""What one call sends, and what it does not."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from accounts import roles
from aiqueries import services
from aiqueries.content import wording_digest
from aiqueries.exceptions import ContextGone, MayNotAsk, StaysInside
from aiqueries.kinds import Purpose
from aiqueries.models import REVIEW_NOTES, PromptVersion, Query, SendingPolicy
from aiqueries.services.composing import compose
from approvals.content import QuestionContent
from approvals.services import create_question, mark_secure, revise_question
from crm_sync.models import Customer
from tests.approvals.conftest import CONTENT, REVISED

pytestmark = pytest.mark.django_db

SECRET = QuestionContent.checked(
    question_text="Which river runs through Lima, the capital?",
    options=["Rimac", "Tiber", "Rhine"],
    correct_answer="Rimac",
)


@pytest.fixture
def customer(db):
    return Customer.objects.create(
        name="Northwind College",
        industry="Education",
        city="Leeds",
        contact_name="Nora Wind",
        email="nora@example.com",
        phone="+44 113 496 0000",
        notes="Pays late.",
    )


@pytest.fixture
def question(ben):
    return create_question(content=CONTENT, actor=ben)


def data_of(composed):
    """What stands between the delimiters."""
    _, data, _ = composed.content.split("\n\n", 1)[0].split("\n")
    return json.loads(data)


def test_the_prompt_is_content_and_never_an_instruction(ben):
    composed = compose(services.ask_query(prompt="What is a stem?", actor=ben), "offline")

    assert composed.content == "The person asks:\nWhat is a stem?"
    assert composed.instructions == PromptVersion.objects.get(prompt__name="answer").instructions


def test_a_customer_is_said_in_allowed_fields_alone(ben, customer):
    query = services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)

    composed = compose(query, "offline")

    said = {"name": "Northwind College", "industry": "Education", "city": "Leeds"}
    assert data_of(composed) == {"customer": said}
    assert composed.customer_fields == ["name", "industry", "city"]


def test_the_policy_cuts_the_fields(ben, customer):
    SendingPolicy.objects.create(customer_fields=["city", "notes"])
    query = services.ask_query(prompt="Where is this?", customer_id=customer.pk, actor=ben)

    composed = compose(query, "offline")

    assert data_of(composed) == {"customer": {"city": "Leeds"}}
    assert composed.customer_fields == ["city"]


def test_where_no_field_may_leave_there_is_no_data(ben, customer):
    SendingPolicy.objects.create(customer_fields=[])
    query = services.ask_query(prompt="Where is this?", customer_id=customer.pk, actor=ben)

    composed = compose(query, "offline")

    assert composed.content == "The person asks:\nWhere is this?"
    assert composed.customer_fields == []


def test_a_question_is_said_in_the_version_that_was_asked_about(ben, question):
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)
    revise_question(question_id=question.pk, content=REVISED, actor=ben)

    composed = compose(query, "offline")

    assert composed.question_version == 1
    assert data_of(composed) == {
        "question": {
            "subject": "Maths",
            "question_text": "What is 2 + 2?",
            "options": ["3", "4", "5"],
            "correct_answer": "4",
        }
    }


def test_a_retry_sends_the_same_bytes(ben, customer):
    query = services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)

    assert compose(query, "offline") == compose(Query.objects.get(), "offline")


def test_another_query_has_other_delimiters(ben, customer):
    first, second = (
        services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)
        for _ in range(2)
    )

    assert compose(first, "offline").content != compose(second, "offline").content


def test_the_delimiters_are_of_one_word_that_the_query_does_not_tell(ben, customer):
    query = services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)

    first, _, last, *_ = compose(query, "offline").content.split("\n")

    nonce = first.removeprefix("DATA ")
    assert last == f"END {nonce}"
    assert len(nonce) == 24
    assert nonce not in str(query.pk).replace("-", "")


def test_the_digest_and_size_are_of_exactly_what_leaves(ben):
    composed = compose(services.ask_query(prompt="Was heißt Häufung?", actor=ben), "offline")

    assert composed.input_digest == wording_digest(
        instructions=composed.instructions, content=composed.content, most_tokens=800
    )
    assert composed.size == len((composed.instructions + composed.content).encode())


def test_a_secure_question_that_is_copied_into_a_prompt_stays_inside(ben):
    create_question(content=SECRET, is_secure=True, actor=ben)
    query = services.ask_query(
        prompt="Which one is right?\n\nWhich RIVER runs\nthrough Lima - the capital?", actor=ben
    )

    with pytest.raises(StaysInside, match="repeats a question that is marked as secure"):
        compose(query, "openai")


def test_so_does_another_question_that_says_the_same(ben):
    create_question(content=SECRET, is_secure=True, actor=ben)
    twin = create_question(content=replace(SECRET, options=("Rimac", "Tiber")), actor=ben)
    query = services.ask_query(prompt="Is it clear?", question_id=twin.pk, actor=ben)

    with pytest.raises(StaysInside):
        compose(query, "openai")


def test_inside_and_where_the_policy_says_so_a_copied_question_may_be_sent(ben):
    create_question(content=SECRET, is_secure=True, actor=ben)
    SendingPolicy.objects.create(secure_to=["openai"])
    query = services.ask_query(prompt=SECRET.question_text, actor=ben)

    assert SECRET.question_text in compose(query, "offline").content
    assert SECRET.question_text in compose(query, "openai").content


def test_a_secure_question_stays_inside(ben, question):
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    with pytest.raises(StaysInside):
        compose(query, "openai")


def test_a_provider_inside_gets_a_secure_question(ben, question):
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    assert compose(query, "offline").secure is True


def test_the_policy_can_name_who_gets_secure_questions(ben, question):
    SendingPolicy.objects.create(secure_to=["openai"])
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    assert compose(query, "openai").secure is True
    with pytest.raises(StaysInside):
        compose(query, "another")


def test_the_newest_policy_counts(ben, question):
    SendingPolicy.objects.create(secure_to=["openai"])
    SendingPolicy.objects.create()
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    with pytest.raises(StaysInside):
        compose(query, "openai")


def test_a_right_to_a_question_counts_when_it_is_sent(submit, asha, ada):
    task = submit().tasks.get()
    query = services.ask_query(prompt="Is it clear?", question_id=task.question_id, actor=asha)
    asha.groups.clear()
    asha.groups.add(*ada.groups.model.objects.filter(name=roles.REQUESTERS))

    with pytest.raises(ContextGone):
        compose(query, "offline")


def test_a_customer_who_is_gone_is_not_said(ben, customer):
    query = services.ask_query(prompt="Who is this?", customer_id=customer.pk, actor=ben)
    customer.delete()

    with pytest.raises(ContextGone):
        compose(query, "offline")


@pytest.mark.parametrize("loss", ["role", "account"])
def test_nothing_leaves_for_who_may_not_ask_any_more(ben, loss):
    query = services.ask_query(prompt="What is a stem?", actor=ben)
    if loss == "role":
        ben.groups.clear()
    else:
        type(ben).objects.filter(pk=ben.pk).update(is_active=False)

    with pytest.raises(MayNotAsk):
        compose(query, "offline")


def test_the_product_itself_reads_every_question(ben, question):
    notes = PromptVersion.objects.get(prompt__name=REVIEW_NOTES)
    query = Query(
        purpose=Purpose.REVIEW, template=notes, question_id=question.pk, question_version=1
    )

    assert data_of(compose(query, "offline"))["question"]["correct_answer"] == "4"


def test_a_version_that_is_not_there_is_not_sent(ben, question):
    notes = PromptVersion.objects.get(prompt__name=REVIEW_NOTES)
    query = Query(
        purpose=Purpose.REVIEW, template=notes, question_id=question.pk, question_version=9
    )

    with pytest.raises(ContextGone):
        compose(query, "offline")


@pytest.mark.parametrize(("name", "about"), [("answer", "customer"), (REVIEW_NOTES, "question")])
def test_a_test_run_is_about_what_nobody_wrote(admin_person, name, about):
    template = PromptVersion.objects.get(prompt__name=name)
    query = Query(purpose=Purpose.TEST, template=template, owner=admin_person, query_id=uuid4())

    assert list(data_of(compose(query, "offline"))) == [about]
