"""
What others wrote stays what it is: data in what leaves, and text on every page.

Each place takes every string of tests/aiqueries/injections.py that it can hold at all.
"""

import json
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from accounts import roles
from aiqueries import services
from aiqueries.bridges import answering
from aiqueries.kinds import Status
from aiqueries.models import PromptVersion, Query
from aiqueries.services.composing import compose
from approvals.content import QuestionContent
from approvals.services import create_question, record_first_view, revise_question
from core.errors import DomainError
from crm_sync.models import Customer
from notifications.models import Notification
from tests.aiqueries.injections import ALL
from tests.aiqueries.life.conftest import providers, reply  # noqa: F401
from tests.aiqueries.notes.drafts import NOTE, drafted
from tests.approvals.api.conftest import Program
from tests.cast import person

pytestmark = pytest.mark.django_db
CANARIES = ("Canary Polytechnic", "Canaryville", "CANARY-NOTES", "canary@example.com", "CANARY-KEY")
# What a query may change: its own rows, what is told of it, and what is counted for it.
OWN = {
    *("aiqueries_query", "aiqueries_attempt", "aiqueries_debit", "aiqueries_account"),
    *("aiqueries_circuit", "outbox_event", "outbox_delivery", "audit_change"),
}


@pytest.fixture(autouse=True)
def others(ada):
    """Another customer, another question, another person's query: none of them may ever leave."""
    Customer.objects.create(
        name="Canary Polytechnic", city="Canaryville", notes="CANARY-NOTES", email=CANARIES[3]
    )
    content = QuestionContent.checked(
        question_text="Which canary?", options=["CANARY-KEY", "B"], correct_answer="CANARY-KEY"
    )
    create_question(content=content, actor=person("Olga Canary", roles.REQUESTERS))
    services.ask_query(prompt="CANARY-NOTES, please", actor=ada)


def texts_for_database():
    return [each for each in ALL if "\x00" not in each]


def content_with(text):
    """A question with the text in each place of it; None where no question can say that."""
    subject = text if len(text) <= 200 else "Long"
    try:
        return QuestionContent.checked(
            question_text=text, options=["A", text], correct_answer="A", subject=subject
        )
    except DomainError:
        return None


def ensure_shut_in(composed, said, *, prompt=""):
    """The data is one line of JSON between delimiters that stand there once, and is just this."""
    template = PromptVersion.objects.get(prompt__name="answer")
    first, line, last = composed.content.split("\n")[:3]
    nonce = first.removeprefix("DATA ")
    assert last == f"END {nonce}"
    assert composed.content.count(nonce) == 2
    assert line.splitlines() == [line]
    assert json.loads(line) == said
    assert composed.content == f"{first}\n{line}\n{last}\n\nThe person asks:\n{prompt}"
    assert composed.instructions == template.instructions
    assert not any(canary in composed.content for canary in CANARIES)


def test_a_question_leaves_between_its_delimiters(ben):
    content = content_with("B")
    question = create_question(content=content, actor=ben)
    query = services.ask_query(prompt="Fair?", question_id=question.pk, actor=ben)
    tried = 0
    for text in ALL:
        before, content = content, content_with(text)
        if content in (before, None):
            continue
        revised = revise_question(question_id=question.pk, content=content, actor=ben)
        query.question_version = revised.number

        ensure_shut_in(
            compose(query, "offline"),
            {
                "question": {
                    "subject": content.subject,
                    "question_text": content.question_text,
                    "options": list(content.options),
                    "correct_answer": content.correct_answer,
                }
            },
            prompt="Fair?",
        )
        tried += 1
    assert tried >= 100


def test_a_customer_leaves_between_the_delimiters(ben):
    customer = Customer.objects.create(name="Acme", notes="SECRET-NOTES", phone="555-0100")
    query = services.ask_query(prompt="Who?", customer_id=customer.pk, actor=ben)
    for text in texts_for_database():
        Customer.objects.filter(pk=customer.pk).update(name=text[:255])

        composed = compose(query, "offline")

        ensure_shut_in(composed, {"customer": {"name": text[:255]}}, prompt="Who?")
        assert composed.customer_fields == ["name"]
        assert "SECRET-NOTES" not in composed.content
        assert "555-0100" not in composed.content


def test_a_prompt_is_content_alone(ben):
    customer = Customer.objects.create(name="Acme")
    query = services.ask_query(prompt="Who?", customer_id=customer.pk, actor=ben)
    for text in ALL:
        query.prompt = text.replace("\r\n", "\n").strip()

        composed = compose(query, "offline")

        ensure_shut_in(composed, {"customer": {"name": "Acme"}}, prompt=query.prompt)


def fingerprint():
    """Of each table what it holds, but for those of queries themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({name for (name,) in cursor.fetchall()} - OWN)
        held = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t"
            )
            held[table] = cursor.fetchone()[0]
    return held


def test_whatever_is_asked_and_answered_nothing_else_changes(ben, providers):  # noqa: F811
    customer = Customer.objects.create(name="Acme")
    texts = texts_for_database()
    # Five at a time, and others for the answer.
    bundles = ["\n".join(texts[start : start + 5]) for start in range(0, len(texts), 5)]
    queries = [
        services.ask_query(prompt=text, customer_id=customer.pk, actor=ben) for text in bundles
    ]
    before, told = fingerprint(), providers[0]
    told.script = [reply(text) for text in reversed(bundles)]

    for query in queries:
        answering.answer(query.pk)

    assert len(told.asks) == len(queries)
    assert fingerprint() == before
    ended = Query.objects.filter(owner=ben).values_list("status", flat=True)
    assert set(ended) == {Status.SUCCEEDED}
    assert not any(canary in ask.content for ask in told.asks for canary in CANARIES)
    instructions = PromptVersion.objects.get(prompt__name="answer").instructions
    assert {ask.instructions for ask in told.asks} == {instructions}


class Page(HTMLParser):
    """The page's text, and all that could do something: tags, and what attributes say."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.values, self.text = set(), [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.values += [f"{name}={value}" for name, value in attrs]

    def handle_data(self, data):
        self.text += data


def ensure_inert(html, shown):
    """These texts stand on the page as text, and nothing of them is anything else."""
    page = Page(html)
    text = " ".join(page.text.split())
    for each in shown:
        assert " ".join(each.split()) in text, each
    assert page.tags.isdisjoint({"iframe", "math", "style", "h5", "object", "embed"})
    assert not any("evil.example" in value for value in page.values if "value=" not in value)
    assert not any(value.startswith("on") for value in page.values)
    assert not any("javascript:" in value for value in page.values)
    assert "<script>alert" not in html
    assert "onerror=alert(1)>" not in html


def answered(ben, prompt, answer):
    query = services.ask_query(prompt=prompt, actor=ben)
    Query.objects.filter(pk=query.pk).update(
        status=Status.SUCCEEDED, answer=answer, finished_at=query.created_at or "2026-11-21"
    )
    return query


@pytest.fixture
def said():
    """All of them, in two texts: a prompt has an end."""
    short = [each.strip() for each in texts_for_database() if len(each) < 300 and each.strip()]
    return "\n".join(short[:70]), "\n".join(short[70:]), short


def test_what_a_person_and_a_model_said_is_text_on_its_page(client, ben, said):
    one, other, short = said
    client.force_login(ben)

    for prompt, answer in ((one, other), (other, one)):
        query = answered(ben, prompt, answer)
        page = client.get(reverse("ai-query", args=[query.pk])).content.decode()
        ensure_inert(page, short)


def test_prompts_are_text_in_the_list(client, ben, said):
    client.force_login(ben)
    for text in said[2][:25]:
        services.ask_query(prompt=text, actor=ben)

    ensure_inert(client.get(reverse("ai-queries")).content.decode(), said[2][:25])


def test_the_api_says_the_very_same_as_json(ben, said):
    one, other, _ = said
    query = answered(ben, one, other)

    answer = Program(ben).read(f"ai/query/{query.pk}/")

    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert (answer.json()["prompt"], answer.json()["answer"]) == (
        one.replace("\r\n", "\n"),
        other,
    )


def test_notes_are_text_on_the_review_page(client, asha, submit, said):
    short = [" ".join(each.split()) for each in said[2]]
    for start in range(0, len(short), 12):
        texts = short[start : start + 12]
        content = QuestionContent.checked(
            question_text="\n".join(f"Q{number}" for number in range(12)),
            options=["A", "B"],
            correct_answer="A",
        )
        task = submit(content).tasks.get()
        record_first_view(task_id=task.pk, answer="A", actor=asha)
        notes = [{**NOTE, "quote": f"Q{number}", "says": text} for number, text in enumerate(texts)]
        draft = drafted(task, *notes)
        client.force_login(asha)

        page = client.get(reverse("review-notes", args=[task.pk])).content.decode()

        ensure_inert(page, [note.says for note in draft.notes.all()])
        assert not set(page) & set("\u202e\u202a\u2066\u2067\u200b")


def test_an_answer_of_a_test_run_is_text_in_the_admin(client, admin_person, said):
    client.force_login(admin_person)
    version = PromptVersion.objects.get(prompt__name="answer")
    query = services.ask_query(prompt="Who?", actor=admin_person)
    Query.objects.filter(pk=query.pk).update(purpose="TEST", answer="\n".join(said[2]))

    page = client.get(reverse("admin:aiqueries_promptversion_change", args=[version.pk]))

    text = " ".join(Page(page.content.decode()).text.split())
    assert all(" ".join(each.split()) in text for each in said[2])
    assert "<script>alert" not in page.content.decode()


def test_nothing_that_is_told_of_it_has_a_word_of_it(ben, providers, said, deliver_all):  # noqa: F811
    one, other, short = said
    query = services.ask_query(prompt=one, actor=ben)
    providers[0].script = [reply(other)]

    answering.answer(query.pk)
    deliver_all()

    assert Notification.objects.filter(recipient=ben, kind="QUERY_ENDED").exists()
    told = [*map(str, mail.outbox), *(one.message().as_string() for one in mail.outbox)]
    with connection.cursor() as cursor:
        for table in ("outbox_event", "audit_change", "notifications_notification"):
            cursor.execute(
                f"SELECT t::text FROM {table} t WHERE t::text LIKE %s", [f"%{query.pk}%"]
            )
            rows = [text for (text,) in cursor.fetchall()]
            assert rows, table
            told += rows
    assert not [text for text in short if len(text) > 12 and any(text in each for each in told)]


def test_there_are_a_hundred_of_them_and_more():
    assert len(set(ALL)) >= 100
