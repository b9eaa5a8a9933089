"""GET and POST /api/v1/questions/{id}/versions/, and GET …/versions/{number}/"""

import pytest

from approvals import services
from approvals.models import QuestionVersion
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import CONTENT, decide


@pytest.fixture
def kept(ben):
    return services.create_question(content=CONTENT, actor=ben)


@pytest.fixture
def url(kept):
    return f"questions/{kept.pk}/versions/"


def assert_one_version():
    assert QuestionVersion.objects.count() == 1


def test_ben_writes_a_new_version(as_ben, url, question):
    answer = as_ben.send(url, question)

    assert answer.status_code == 201
    assert answer.json()["number"] == 2
    assert answer.json()["question_text"] == "What is 3 + 3?"
    assert as_ben.get(answer["Location"]).json() == answer.json()


def test_the_question_says_what_the_newest_version_says(as_ben, url, kept, question):
    as_ben.send(url, question)

    answer = as_ben.read(f"questions/{kept.pk}/").json()
    assert (answer["latest_version"], answer["correct_answer"]) == (2, "6")


def test_the_versions_are_listed_newest_first(as_ben, url, question):
    as_ben.send(url, question)

    rows = as_ben.read(url).json()["results"]

    assert [(row["number"], row["correct_answer"]) for row in rows] == [(2, "6"), (1, "4")]


def test_an_old_version_stays_as_it_was(as_ben, url, question):
    as_ben.send(url, question)

    answer = as_ben.read(f"{url}1/").json()

    assert answer["question_text"] == "What is 2 + 2?"
    assert answer["digest"] == CONTENT.digest


@pytest.mark.parametrize("number", [2, 0, 10**30])
def test_a_version_that_is_not_there(as_ben, url, number):
    assert_refused(as_ben.read(f"{url}{number}/"), 404, "question_not_found")


def test_changes_that_were_asked_for_bring_the_stage_back(
    as_ben, submit, question, asha, deliver_all
):
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha, "CHANGES_REQUESTED")
    deliver_all()

    answer = as_ben.send(f"questions/{request.question_id}/versions/", question)
    deliver_all()

    assert answer.status_code == 201
    shown = as_ben.read(f"approval-requests/{request.pk}/").json()
    assert shown["status"] == "PENDING"
    assert [(task["round"], task["status"]) for task in shown["tasks"]] == [
        (0, "CHANGES_REQUESTED"),
        (1, "PENDING"),
    ]


def test_what_is_being_judged_does_not_change(as_ben, submit, question):
    request = submit()

    answer = as_ben.send(f"questions/{request.question_id}/versions/", question)

    assert_refused(answer, 409, "question_under_review")
    assert_one_version()


def test_a_version_that_changes_nothing_is_refused(as_ben, url):
    same = {"question_text": "What is 2 + 2?", "options": ["3", "4", "5"], "correct_answer": "4"}

    assert_refused(as_ben.send(url, same | {"subject": "Maths"}), 409, "nothing_changed")
    assert_one_version()


def test_a_broken_rule_is_named(as_ben, url, question):
    answer = as_ben.send(url, question | {"options": ["6", "6"]})

    assert_refused(answer, 422, "options_duplicate", "options[1]")
    assert_one_version()


def test_the_same_key_writes_one_version(as_ben, url, question):
    first = as_ben.send(url, question, Idempotency_Key="key-1")

    assert as_ben.send(url, question, Idempotency_Key="key-1").content == first.content
    assert QuestionVersion.objects.count() == 2


def test_only_what_was_read_is_replaced(as_ben, url, kept, question):
    tag = as_ben.read(f"questions/{kept.pk}/")["ETag"]
    assert as_ben.send(url, question, If_Match=tag).status_code == 201

    answer = as_ben.send(url, question | {"correct_answer": "7"}, If_Match=tag)

    assert_refused(answer, 412, "precondition_failed")
    assert QuestionVersion.objects.count() == 2


def test_asha_reads_versions_and_writes_none(as_asha, submit, question):
    url = f"questions/{submit().question_id}/versions/"

    assert as_asha.read(url).status_code == 200
    assert_refused(as_asha.send(url, question), 403, "not_yours")
    assert_one_version()


def test_for_cleo_nothing_is_there(as_cleo, url, question):
    assert_refused(as_cleo.read(url), 404, "question_not_found")
    assert_refused(as_cleo.read(f"{url}1/"), 404, "question_not_found")
    assert_refused(as_cleo.send(url, question), 404, "question_not_found")
    assert_one_version()


def test_a_stranger_is_asked_to_sign_in(as_stranger, url, question):
    assert_refused(as_stranger.read(url), 401, "not_authenticated")
    assert_refused(as_stranger.send(url, question), 401, "not_authenticated")
