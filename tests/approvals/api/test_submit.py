"""POST /api/v1/approval-requests/"""

import pytest
from django.urls import resolve

from approvals import services
from approvals.models import ApprovalPolicy, ApprovalRequest, Question
from outbox.models import Event
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import CONTENT, decide

URL = "approval-requests/"


def assert_nothing_was_written():
    assert not Question.objects.exists()
    assert not ApprovalRequest.objects.exists()
    assert not Event.objects.filter(name="approvals.request_submitted").exists()


def test_ben_submits_a_question_and_the_task_is_there_at_once(as_ben, submission):
    answer = as_ben.send(URL, submission)

    made = ApprovalRequest.objects.get()
    assert answer.status_code == 201
    assert answer.json()["request_id"] == str(made.pk)
    assert answer.json()["question_id"] == str(made.question_id)
    assert answer.json()["status"] == "PENDING"
    assert [task["task_id"] for task in answer.json()["tasks"]] == [str(made.tasks.get().pk)]


def test_the_task_is_for_whom_it_was_assigned_to(as_ben, submission):
    (task,) = as_ben.send(URL, submission).json()["tasks"]

    assert task["assigned_to"] == "asha@example.com"
    assert task["assigned_by"] == "ben@example.com"
    assert task["status"] == "PENDING"


def test_the_location_leads_to_the_request(as_ben, submission):
    answer = as_ben.send(URL, submission)

    assert as_ben.get(answer["Location"]).json() == answer.json()
    assert resolve(answer["Location"].removeprefix("http://testserver")).kwargs


def test_the_execution_has_its_name_before_it_starts(as_ben, submission):
    answer = as_ben.send(URL, submission).json()

    assert answer["execution"] == {"name": f"request-{answer['request_id']}", "status": None}


def test_the_subject_may_be_left_out(as_ben, submission):
    del submission["question"]["subject"]

    assert as_ben.send(URL, submission).json()["tasks"][0]["subject"] == ""


def test_a_question_that_is_there_can_be_submitted_by_its_id(as_ben, ben, asha):
    question = services.create_question(content=CONTENT, actor=ben)

    answer = as_ben.send(URL, {"question_id": str(question.pk), "assigned_to": asha.email})

    assert answer.status_code == 201
    assert answer.json()["question_id"] == str(question.pk)


def test_a_policy_can_switch_rules_of_item_writing_off(as_ben, question, asha):
    policy = {"stages": [{"assessors": [asha.email]}], "flaws_off": ["reading-level"]}

    answer = as_ben.send(URL, {"question": question, "policy": policy})

    assert answer.json()["flaws_off"] == ["reading-level"]


def test_a_named_policy_switches_its_rules_off(as_ben, question, asha):
    ApprovalPolicy.objects.create(
        name="Asha", stages=[{"assessors": [asha.email]}], flaws_off=["unsorted-numbers"]
    )

    answer = as_ben.send(URL, {"question": question, "policy": "Asha", "assigned_to": asha.email})

    assert answer.json()["flaws_off"] == ["unsorted-numbers"]


def test_a_policy_can_be_written_out(as_ben, question, asha, ada):
    stages = [
        {"name": "Peers", "assessors": [asha.email, ada.email], "approve_n": 2},
        {"assessors": [ada.email], "due_hours": 24},
    ]

    answer = as_ben.send(URL, {"question": question, "policy": {"stages": stages}})

    assert answer.status_code == 201
    assert answer.json()["stages"] == [
        {
            "name": "Peers",
            "approve_n": 2,
            "return_n": 1,
            "assessors": ["asha@example.com", "ada@example.com"],
            "group": "",
            "due_hours": 72.0,
            "remind_hours": [24.0],
            "grace_hours": 0.0,
            "nag_hours": 0.0,
            "escalate_to": [],
        },
        {
            "name": "Stage 2",
            "approve_n": 1,
            "return_n": 1,
            "assessors": ["ada@example.com"],
            "group": "",
            "due_hours": 24.0,
            "remind_hours": [],
            "grace_hours": 0.0,
            "nag_hours": 0.0,
            "escalate_to": [],
        },
    ]
    assert answer.json()["tasks"][0]["assigned_to"] is None


def test_a_policy_can_be_named(as_ben, question, asha):
    ApprovalPolicy.objects.create(name="One of us", stages=[{"assessors": [asha.email]}])

    answer = as_ben.send(URL, {"question": question, "policy": "One of us"})

    assert answer.json()["stages"][0]["assessors"] == ["asha@example.com"]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"question_text": ""}, 422, "question_text_empty", "question.question_text"),
        ({"question_text": " \n "}, 422, "question_text_empty", "question.question_text"),
        ({"question_text": "x" * 1_000_000}, 422, "too_long", "question.question_text"),
        ({"question_text": None}, 400, "validation_error", "question.question_text"),
        ({"question_text": ["a"]}, 400, "validation_error", "question.question_text"),
        ({"question_text": "a\0b"}, 400, "validation_error", "question.question_text"),
        ({"options": ["5", "7"]}, 422, "key_not_among_options", "question.correct_answer"),
        ({"options": ["6", "6", "5"]}, 422, "options_duplicate", "question.options[1]"),
        ({"options": ["6", " 6 ", "5"]}, 422, "options_duplicate", "question.options[1]"),
        ({"options": ["6", ""]}, 422, "option_empty", "question.options[1]"),
        ({"options": ["6", "x" * 1_000_000]}, 422, "too_long", "question.options[1]"),
        ({"options": ["6", "\0"]}, 400, "validation_error", "question.options[1]"),
        ({"options": ["6", {"a": 1}]}, 400, "validation_error", "question.options[1]"),
        ({"options": ["6"]}, 422, "options_too_few", "question.options"),
        ({"options": []}, 422, "options_too_few", "question.options"),
        ({"options": list("abcdefghijklmnopqrstuvwxyz6")}, 422, "options_too_many", None),
        ({"options": "6"}, 400, "validation_error", "question.options"),
        ({"options": {"a": "6"}}, 400, "validation_error", "question.options"),
        ({"correct_answer": ""}, 422, "correct_answer_empty", "question.correct_answer"),
        ({"correct_answer": "x" * 1_000_000}, 422, "too_long", "question.correct_answer"),
        ({"subject": "x" * 201}, 422, "too_long", "question.subject"),
        ({"subject": "\x07"}, 422, "contains_control", "question.subject"),
    ],
)
def test_a_question_that_breaks_a_rule_is_refused_by_name(
    as_ben, submission, change, status, code, field
):
    submission["question"] |= change

    answer = as_ben.send(URL, submission)

    assert_refused(answer, status, code, field)
    assert_nothing_was_written()


@pytest.mark.parametrize("missing", ["question_text", "options", "correct_answer"])
def test_what_a_question_needs_is_named_when_it_is_missing(as_ben, submission, missing):
    del submission["question"][missing]

    answer = as_ben.send(URL, submission)

    assert_refused(answer, 400, "validation_error", f"question.{missing}")
    assert_nothing_was_written()


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"question": None}, 400, "validation_error", "question"),
        ({"question": "text"}, 400, "validation_error", "question"),
        ({"assigned_to": "nobody"}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": "x" * 1_000_000}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": None}, 400, "validation_error", "assigned_to"),
        ({"assigned_to": ""}, 422, "unknown_person", "assigned_to"),
        ({"assigned_to": "nobody@example.com"}, 422, "unknown_person", "assigned_to"),
        ({"policy": "No such policy"}, 422, "unknown_policy", "policy"),
        ({"policy": 5}, 422, "invalid_policy", "policy"),
        ({"policy": []}, 422, "invalid_policy", "policy"),
        ({"policy": {"stages": []}}, 422, "invalid_policy", "policy.stages"),
        (
            {"policy": {"stages": [{"group": "none"}], "flaws_off": ["typo"]}},
            422,
            "invalid_policy",
            "policy.flaws_off[0]",
        ),
        (
            {"policy": {"stages": [{"group": "none"}]}, "assigned_to": ""},
            422,
            "unknown_group",
            None,
        ),
    ],
)
def test_wrong_people_and_policies_are_refused_by_name(
    as_ben, submission, change, status, code, field
):
    answer = as_ben.send(URL, submission | change)

    assert_refused(answer, status, code, field)
    assert_nothing_was_written()


def test_somebody_who_does_not_assess_cannot_be_asked(as_ben, submission, cleo):
    answer = as_ben.send(URL, submission | {"assigned_to": cleo.email})

    assert_refused(answer, 422, "unknown_person", "assigned_to")
    assert_nothing_was_written()


def test_nobody_is_asked_about_their_own(as_admin, submission, admin_person):
    answer = as_admin.send(URL, submission | {"assigned_to": admin_person.email})

    assert_refused(answer, 403, "self_approval", "assigned_to")
    assert_nothing_was_written()


@pytest.mark.parametrize("both", [True, False])
def test_it_is_either_a_question_or_its_id(as_ben, submission, both):
    extra = {"question_id": "11111111-1111-4111-8111-111111111111"}
    body = submission | extra if both else {"assigned_to": submission["assigned_to"]}

    assert_refused(as_ben.send(URL, body), 400, "validation_error", "question")


def test_a_question_under_review_is_not_submitted_twice(as_ben, submit, asha):
    question = submit().question

    answer = as_ben.send(URL, {"question_id": str(question.pk), "assigned_to": asha.email})

    assert_refused(answer, 409, "question_under_review")
    assert ApprovalRequest.objects.count() == 1


def test_somebody_elses_question_is_not_found(as_admin, as_ben, admin_person, asha):
    question = services.create_question(content=CONTENT, actor=admin_person)

    answer = as_ben.send(URL, {"question_id": str(question.pk), "assigned_to": asha.email})

    assert_refused(answer, 404, "question_not_found")


@pytest.mark.parametrize("who", ["as_asha", "as_cleo", "as_vera"])
def test_only_requesters_submit(request, submission, who):
    answer = request.getfixturevalue(who).send(URL, submission)

    assert_refused(answer, 403, "not_a_requester")
    assert_nothing_was_written()


def test_a_stranger_is_asked_to_sign_in(as_stranger, submission):
    assert_refused(as_stranger.send(URL, submission), 401, "not_authenticated")
    assert_nothing_was_written()


def test_the_same_key_submits_once(as_ben, submission):
    first = as_ben.send(URL, submission, Idempotency_Key="key-1")

    again = as_ben.send(URL, submission, Idempotency_Key="key-1")

    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert ApprovalRequest.objects.count() == 1


def test_the_same_key_with_another_question_is_refused(as_ben, submission, question):
    as_ben.send(URL, submission, Idempotency_Key="key-1")
    other = submission | {"question": question | {"correct_answer": "7"}}

    answer = as_ben.send(URL, other, Idempotency_Key="key-1")

    assert_refused(answer, 422, "idempotency_key_reused")
    assert ApprovalRequest.objects.count() == 1


def test_a_question_can_be_submitted_anew_after_its_rejection(as_ben, submit, asha, deliver_all):
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha, "REJECTED")
    deliver_all()

    body = {"question_id": str(request.question_id), "assigned_to": asha.email}
    assert as_ben.send(URL, body).status_code == 201
