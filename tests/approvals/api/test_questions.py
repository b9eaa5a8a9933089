"""GET and POST /api/v1/questions/, and GET /api/v1/questions/{id}/"""

import pytest

from approvals import services
from approvals.models import ApprovalRequest, Question
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import CONTENT, REVISED

URL = "questions/"


@pytest.fixture
def kept(ben):
    return services.create_question(content=CONTENT, actor=ben)


def ids(answer):
    return [row["question_id"] for row in answer.json()["results"]]


def test_ben_keeps_a_question_without_asking_anybody(as_ben, question):
    answer = as_ben.send(URL, question)

    assert answer.status_code == 201
    assert answer.json()["question_text"] == "What is 3 + 3?"
    assert answer.json()["latest_version"] == 1
    assert not ApprovalRequest.objects.exists()


def test_the_location_leads_to_the_question(as_ben, question):
    answer = as_ben.send(URL, question)

    assert as_ben.get(answer["Location"]).json() == answer.json()


def test_the_same_key_keeps_one_question(as_ben, question):
    first = as_ben.send(URL, question, Idempotency_Key="key-1")

    assert as_ben.send(URL, question, Idempotency_Key="key-1").content == first.content
    assert Question.objects.count() == 1


def test_a_broken_rule_is_named(as_ben, question):
    answer = as_ben.send(URL, question | {"correct_answer": "9"})

    assert_refused(answer, 422, "key_not_among_options", "correct_answer")
    assert not Question.objects.exists()


def test_only_requesters_keep_questions(as_asha, question):
    assert_refused(as_asha.send(URL, question), 403, "not_a_requester")
    assert not Question.objects.exists()


def test_a_question_reads_as_it_was_written(as_ben, kept):
    answer = as_ben.read(f"{URL}{kept.pk}/").json()

    assert answer["question_text"] == "What is 2 + 2?"
    assert answer["options"] == ["3", "4", "5"]
    assert answer["correct_answer"] == "4"
    assert answer["digest"] == CONTENT.digest
    assert answer["created_by"] == "ben@example.com"


def test_a_question_is_not_sent_twice(as_ben, kept):
    tag = as_ben.read(f"{URL}{kept.pk}/")["ETag"]

    assert as_ben.read(f"{URL}{kept.pk}/", If_None_Match=tag).status_code == 304


@pytest.mark.parametrize("who", ["as_vera", "as_admin"])
def test_auditors_and_administrators_read_it(request, kept, who):
    assert request.getfixturevalue(who).read(f"{URL}{kept.pk}/").status_code == 200


def test_asha_reads_it_once_she_is_asked(as_asha, as_ben, kept, asha, ben):
    assert_refused(as_asha.read(f"{URL}{kept.pk}/"), 404, "question_not_found")

    services.request_approval(question_id=kept.pk, assigned_to=asha.email, actor=ben)

    assert as_asha.read(f"{URL}{kept.pk}/").status_code == 200


def test_for_cleo_it_is_not_there(as_cleo, kept):
    answer = as_cleo.read(f"{URL}{kept.pk}/")

    assert_refused(answer, 404, "question_not_found")
    assert ids(as_cleo.read(URL)) == []


def test_a_stranger_is_asked_to_sign_in(as_stranger, kept, question):
    assert_refused(as_stranger.read(URL), 401, "not_authenticated")
    assert_refused(as_stranger.send(URL, question), 401, "not_authenticated")
    assert_refused(as_stranger.read(f"{URL}{kept.pk}/"), 401, "not_authenticated")


def test_the_list_has_the_newest_first_and_no_keys(as_ben, ben, kept):
    newest = services.create_question(content=REVISED, actor=ben)

    answer = as_ben.read(URL)

    assert ids(answer) == [str(newest.pk), str(kept.pk)]
    assert "correct_answer" not in answer.json()["results"][0]


def test_the_list_can_be_searched_by_words(as_ben, ben, kept):
    services.create_question(content=REVISED, actor=ben)

    assert ids(as_ben.read(URL, {"search": "WHAT 2"})) == [str(kept.pk)]


def test_the_list_can_be_narrowed_to_a_subject(as_ben, kept):
    assert ids(as_ben.read(URL, {"subject": "Maths"})) == [str(kept.pk)]
    assert ids(as_ben.read(URL, {"subject": "Music"})) == []


@pytest.mark.parametrize("name", ["search", "subject"])
def test_a_search_that_is_too_long_is_refused_by_name(as_ben, name):
    assert_refused(as_ben.read(URL, {name: "x" * 201}), 400, "validation_error", name)


@pytest.mark.parametrize("name", ["search", "subject", "cursor"])
def test_a_nul_character_is_refused_by_name(as_ben, name):
    assert_refused(as_ben.read(URL, {name: "a\0b"}), 400, "malformed", name)


@pytest.mark.parametrize("search", ["%", "_", "\\", "'; DROP TABLE questions --"])
def test_a_search_is_taken_by_its_letters(as_ben, kept, search):
    assert ids(as_ben.read(URL, {"search": search})) == []


def test_a_question_is_kept_as_secure(as_ben, question):
    answer = as_ben.send(URL, question | {"is_secure": True})

    assert answer.json()["is_secure"] is True


def test_a_question_is_marked_as_secure(as_ben, kept):
    answer = as_ben.patch(f"/api/v1/{URL}{kept.pk}/", {"is_secure": True})

    assert (answer.status_code, answer.json()["is_secure"]) == (200, True)
    assert as_ben.read(f"{URL}{kept.pk}/")["ETag"] == answer["ETag"]


def test_the_mark_is_set_only_on_what_was_read(as_ben, kept):
    tag = as_ben.read(f"{URL}{kept.pk}/")["ETag"]
    as_ben.patch(f"/api/v1/{URL}{kept.pk}/", {"is_secure": True})

    answer = as_ben.patch(
        f"/api/v1/{URL}{kept.pk}/", {"is_secure": False}, headers={"If-Match": tag}
    )

    assert_refused(answer, 412, "precondition_failed")
    kept.refresh_from_db()
    assert kept.is_secure is True


def test_who_may_read_a_question_only_does_not_mark_it(as_vera, kept):
    answer = as_vera.patch(f"/api/v1/{URL}{kept.pk}/", {"is_secure": True})

    assert_refused(answer, 403, "not_yours")


def test_who_may_not_read_a_question_does_not_learn_of_it(as_asha, kept):
    answer = as_asha.patch(f"/api/v1/{URL}{kept.pk}/", {"is_secure": True})

    assert_refused(answer, 404, "question_not_found")


@pytest.mark.parametrize(("wish", "count"), [({}, 1), ({"is_secure": "true"}, 0)])
def test_the_list_is_narrowed_to_secure_ones(as_ben, kept, wish, count):
    assert len(ids(as_ben.read(URL, wish))) == count


def test_the_list_is_narrowed_to_others(as_ben, kept, ben):
    services.mark_secure(question_id=kept.pk, secure=True, actor=ben)

    assert ids(as_ben.read(URL, {"is_secure": "false"})) == []
    assert ids(as_ben.read(URL, {"is_secure": "true"})) == [str(kept.pk)]
