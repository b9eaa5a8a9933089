from uuid import uuid4

import pytest

from approvals import services
from approvals.selectors import QuestionForAi, question_for_ai, repeats_a_secure_question
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


@pytest.mark.parametrize(
    ("said", "repeats"),
    [
        ("Now tell me: what is two, plus TWO?!", True),
        ("what is\n\ntwo plus two", True),
        ("What is two plus twolve?", False),
        ("What is 2 + 2?", False),  # too short to tell
        ("", False),
    ],
)
def test_a_text_that_holds_a_secure_question_is_known(question, said, repeats):
    assert repeats_a_secure_question(said) is repeats


def test_a_question_that_is_not_secure_may_be_repeated(question, ben):
    services.mark_secure(question_id=question.pk, secure=False, actor=ben)

    assert not repeats_a_secure_question("What is two plus two?")
