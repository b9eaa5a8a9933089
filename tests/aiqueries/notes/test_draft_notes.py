"""Having notes drafted, and keeping what holds of them."""

import json

import pytest
from django.utils import timezone

from aiqueries.bridges import answering
from aiqueries.kinds import Purpose, Status
from aiqueries.models import REVIEW_NOTES, Draft, Prompt, PromptVersion, Query, SendingPolicy
from aiqueries.services.notes.drafting import draft_notes, keep_notes
from approvals.services import create_question, mark_secure, revise_question
from core.actor import SYSTEM
from outbox.models import Event
from tests.approvals.conftest import CONTENT, REVISED

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(ben):
    return create_question(content=CONTENT, actor=ben)


@pytest.fixture
def draft(question):
    """Have notes drafted on the question."""
    return lambda: draft_notes(question_id=question.pk, version=1)


def end(query, status, answer=""):
    Query.objects.filter(pk=query.pk).update(
        status=status, answer=answer, finished_at=timezone.now()
    )
    query.refresh_from_db()
    return query


def answered(query, *notes):
    return end(query, Status.SUCCEEDED, json.dumps({"notes": list(notes)}))


def note(quote, **more):
    return {"kind": "AMBIGUITY", "part": "question_text", "quote": quote, "says": "Which?", **more}


def test_a_draft_is_asked_for_by_nobody_in_particular(draft, question):
    query = draft()

    kept = Query.objects.get()
    assert kept == query
    assert (kept.purpose, kept.owner, kept.status) == (Purpose.REVIEW, None, Status.QUEUED)
    assert (kept.question_id, kept.question_version) == (question.pk, 1)
    assert kept.template == Prompt.objects.get(name=REVIEW_NOTES).current


def test_its_event_says_that_the_product_asked(draft, question):
    query = draft()

    event = Event.objects.get(name="aiqueries.query_asked")
    assert event.actor_id == SYSTEM.id
    assert event.payload["query_id"] == str(query.pk)
    assert (event.payload["owner_id"], event.payload["purpose"]) == ("", "REVIEW")
    assert event.payload["question_id"] == str(question.pk)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED])
def test_a_version_is_drafted_once(draft, status):
    first = draft()
    finished = timezone.now() if status == Status.SUCCEEDED else None
    Query.objects.update(status=status, finished_at=finished)

    assert draft() == first
    assert Query.objects.count() == 1
    assert Event.objects.filter(name="aiqueries.query_asked").count() == 1


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.EXPIRED])
def test_what_failed_is_tried_again(draft, status):
    first = end(draft(), status)

    assert draft() != first


def test_another_wording_of_the_prompt_drafts_anew(draft):
    first = draft()
    prompt = Prompt.objects.get(name=REVIEW_NOTES)
    prompt.current = PromptVersion.objects.create(prompt=prompt, number=2, content="{data}")
    prompt.save()

    assert draft() != first


def test_notes_can_be_switched_off(draft, settings):
    settings.AI_REVIEW_NOTES = False

    assert draft() is None
    assert not Query.objects.exists()


def test_without_a_model_nothing_is_asked(draft, settings):
    settings.AI_ROUTES = []

    assert draft() is None


def test_a_version_that_is_not_there_is_not_drafted(question):
    assert draft_notes(question_id=question.pk, version=2) is None


def test_of_a_secure_question_nothing_is_asked_outside(draft, question, ben, settings):
    settings.AI_ROUTES = ["openai/gpt-large"]
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    assert draft() is None
    assert not Query.objects.exists()


def test_of_a_secure_question_a_provider_inside_is_asked(draft, question, ben, settings):
    settings.AI_ROUTES = ["openai/gpt-large", "offline/parrot-1"]
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    assert draft() is not None


def test_of_a_secure_question_whom_the_policy_names_is_asked(draft, question, ben, settings):
    settings.AI_ROUTES = ["openai/gpt-large"]
    SendingPolicy.objects.create(secure_to=["openai"])
    mark_secure(question_id=question.pk, secure=True, actor=ben)

    assert draft() is not None


def test_notes_that_quote_the_question_are_kept(draft, question):
    query = answered(draft(), note("2 + 2"), note("5", kind="WRONG_KEY"), note("two plus two"))

    keep_notes(query)

    kept = Draft.objects.get()
    assert (kept.question_id, kept.question_version) == (question.pk, 1)
    assert (kept.question_digest, kept.template) == (CONTENT.digest, query.template)
    assert (kept.offered, kept.kept, kept.is_readable) == (3, 2, True)
    assert list(kept.notes.order_by("pk").values_list("kind", "part", "start", "end", "quote")) == [
        ("AMBIGUITY", "question_text", 8, 13, "2 + 2"),
        ("WRONG_KEY", "options[2]", 0, 1, "5"),
    ]


def test_a_worker_that_has_the_answer_keeps_the_notes(draft):
    query = draft()

    answering.answer(query.pk)

    assert Draft.objects.get().query == query
    assert Query.objects.get().status == Status.SUCCEEDED


def test_an_answer_without_notes_is_a_draft_without_notes(draft):
    keep_notes(answered(draft()))

    kept = Draft.objects.get()
    assert (kept.offered, kept.kept, kept.is_readable) == (0, 0, True)


def test_an_answer_that_cannot_be_read_is_kept_as_such(draft):
    keep_notes(end(draft(), Status.SUCCEEDED, "It is a fine question."))

    kept = Draft.objects.get()
    assert (kept.offered, kept.kept, kept.is_readable) == (0, 0, False)


def test_the_version_that_was_read_is_the_one_that_is_quoted(draft, question, ben):
    query = draft()
    revise_question(question_id=question.pk, content=REVISED, actor=ben)

    keep_notes(answered(query, note("2 + 2"), note("two plus two")))

    kept = Draft.objects.get()
    assert [each.quote for each in kept.notes.all()] == ["2 + 2"]
