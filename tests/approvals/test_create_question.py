import pytest

from approvals import services
from approvals.exceptions import NotARequester
from approvals.models import Question
from outbox.models import Event
from tests.approvals.conftest import CONTENT


def test_a_new_question_is_kept_as_its_first_version(ben):
    question = services.create_question(content=CONTENT, actor=ben)

    assert question.content == CONTENT
    assert [version.number for version in question.versions.all()] == [1]


def test_a_new_question_is_an_event(ben):
    question = services.create_question(content=CONTENT, actor=ben)

    event = Event.objects.get(name="approvals.question_created")
    assert event.actor_id == str(ben.pk)
    assert event.payload == {
        "question_id": str(question.pk),
        "question_title": "What is 2 + 2?",
        "subject": "Maths",
        "version": 1,
        "digest": CONTENT.digest,
    }


def test_a_question_that_comes_with_its_request_is_told_of_once(submit):
    submit()

    assert Event.objects.filter(name="approvals.request_submitted").count() == 1
    assert not Event.objects.filter(name="approvals.question_created").exists()


def test_a_new_question_can_be_secure(ben):
    question = services.create_question(content=CONTENT, is_secure=True, actor=ben)

    question.refresh_from_db()
    assert question.is_secure
    assert Event.objects.get(name="approvals.question_marked").payload["secure"] is True


def test_only_requesters_write_questions(cleo):
    with pytest.raises(NotARequester):
        services.create_question(content=CONTENT, actor=cleo)

    assert not Question.objects.exists()
    assert not Event.objects.exists()
