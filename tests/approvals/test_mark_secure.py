from uuid import uuid4

import pytest

from approvals import services
from approvals.exceptions import NotYours, QuestionNotFound
from outbox.models import Event
from tests.approvals.conftest import CONTENT


@pytest.fixture
def question(ben):
    return services.create_question(content=CONTENT, actor=ben)


def told():
    return [event.payload for event in Event.objects.filter(name="approvals.question_marked")]


def mark(question, actor, secure=True):
    return services.mark_secure(question_id=question.pk, secure=secure, actor=actor)


def test_a_question_is_not_secure_until_somebody_says_so(question):
    assert question.is_secure is False


@pytest.mark.parametrize("who", ["ben", "admin_person"])
def test_who_may_revise_a_question_marks_it(request, question, who):
    mark(question, request.getfixturevalue(who))

    question.refresh_from_db()
    assert question.is_secure is True


def test_marking_is_an_event_without_the_questions_words(question, ben):
    mark(question, ben)

    assert told() == [
        {"question_id": str(question.pk), "question_title": "What is 2 + 2?", "secure": True}
    ]


def test_the_mark_is_taken_away(question, ben):
    mark(question, ben)

    mark(question, ben, secure=False)

    question.refresh_from_db()
    assert question.is_secure is False
    assert [each["secure"] for each in told()] == [True, False]


def test_marking_twice_is_told_of_once(question, ben):
    mark(question, ben)
    mark(question, ben)

    assert len(told()) == 1


@pytest.mark.parametrize("who", ["asha", "cleo", "vera"])
def test_nobody_else_marks_it(request, question, who):
    with pytest.raises(NotYours):
        mark(question, request.getfixturevalue(who))

    question.refresh_from_db()
    assert question.is_secure is False
    assert told() == []


def test_a_question_under_review_is_marked_and_keeps_its_content(task, ben):
    digest = task.version.digest

    mark(task.question, ben)

    task.refresh_from_db()
    assert (task.question.is_secure, task.version.digest) == (True, digest)


def test_what_is_not_there_is_not_marked(question, ben):
    with pytest.raises(QuestionNotFound):
        services.mark_secure(question_id=uuid4(), secure=True, actor=ben)


def test_a_question_is_submitted_as_secure(ben, asha):
    request = services.submit_request(
        content=CONTENT, assigned_to=asha.email, is_secure=True, actor=ben
    )

    request.question.refresh_from_db()
    assert request.question.is_secure is True
