from uuid import uuid4

import pytest

from approvals import services
from approvals.selectors import QuestionForAi, question_for_ai
from tests.approvals.conftest import CONTENT, REVISED


@pytest.fixture
def question(ben):
    made = services.create_question(content=CONTENT, is_secure=True, actor=ben)
    services.revise_question(question_id=made.pk, content=REVISED, actor=ben)
    return made


def test_it_is_the_newest_version_with_all_of_its_words(question, ben):
    assert question_for_ai(ben, question.pk) == QuestionForAi(
        question_id=question.pk,
        version=2,
        digest=REVISED.digest,
        title="What is two plus two?",
        subject="Maths",
        question_text="What is two plus two?",
        options=("3", "4"),
        correct_answer="4",
        is_secure=True,
    )


def test_a_version_can_be_named(question, ben):
    found = question_for_ai(ben, question.pk, version=1)

    assert (found.version, found.digest, found.options) == (1, CONTENT.digest, ("3", "4", "5"))


def test_a_version_that_is_not_there_is_nothing(question, ben):
    assert question_for_ai(ben, question.pk, version=3) is None


def test_a_question_that_is_not_there_is_nothing(ben):
    assert question_for_ai(ben, uuid4()) is None


@pytest.mark.parametrize("who", ["asha", "cleo"])
def test_what_is_not_theirs_to_read_is_nothing(request, question, who):
    assert question_for_ai(request.getfixturevalue(who), question.pk) is None


def test_an_assessor_reads_what_she_is_asked_to_judge(task, asha):
    assert question_for_ai(asha, task.question_id).question_text == "What is 2 + 2?"


def test_the_system_reads_all(question):
    assert question_for_ai(None, question.pk).version == 2
