from uuid import uuid4

import pytest

from approvals import services
from approvals.models import ApprovalPolicy, ApprovalRequest, Question
from tests.approvals.conftest import CONTENT, REVISED, decide


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def question(ben):
    return services.create_question(content=CONTENT, actor=ben)


def fields(text="What is 3 + 3?", options=("5", "6"), key="1", subject="Maths"):
    rows = {f"option-{number}": option for number, option in enumerate(options)}
    return {"question_text": text, "subject": subject, "key": key} | rows


@pytest.mark.parametrize(
    ("who", "status"),
    [("asha", 200), ("ben", 200), ("vera", 200), ("admin_person", 200), ("cleo", 403)],
)
def test_who_may_look_at_the_list(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/questions/").status_code == status


def test_nobody_sees_somebody_elses_questions(client, asha, question):
    client.force_login(asha)

    assert "What is 2 + 2?" not in client.get("/questions/").content.decode()
    assert client.get(f"/questions/{question.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"q": "WHAT"}, True),
        ({"q": "elephants"}, False),
        ({"q": "50% _"}, False),
        ({"subject": "maths"}, True),
        ({"subject": "History"}, False),
        ({"status": "NONE"}, True),
        ({"status": "APPROVED"}, False),
        ({"status": "odd"}, True),
    ],
)
def test_the_list_is_searched_and_filtered(browser, question, wish, found):
    text = browser.get("/questions/", wish).content.decode()

    assert ("What is 2 + 2?" in text) is found


def test_the_status_of_the_newest_request_is_shown(browser, submit):
    submit()

    text = browser.get("/questions/", {"status": "PENDING"}).content.decode()

    assert "What is 2 + 2?" in text


def test_the_list_takes_eight_queries_at_most(browser, submit, django_assert_max_num_queries):
    for _ in range(10):
        submit()

    with django_assert_max_num_queries(8):
        browser.get("/questions/")


def test_a_question_is_written(browser, ben):
    response = browser.post("/questions/new/", fields())

    made = Question.objects.get()
    assert response["Location"] == f"/questions/{made.pk}/"
    assert (made.options, made.correct_answer, made.created_by) == (["5", "6"], "6", ben)


def test_empty_rows_do_not_count(browser):
    browser.post("/questions/new/", fields(options=("", "5", "", "6"), key="3"))

    made = Question.objects.get()
    assert (made.options, made.correct_answer) == (["5", "6"], "6")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": " "}, "The question has no text."),
        ({"text": "x" * 1_000_000}, "20,000 are allowed"),
        ({"text": "NUL \x00"}, "Null characters are not allowed."),
        ({"options": ("only",), "key": "0"}, "at least 2 options"),
        ({"options": ("5", "5")}, "Options A and B are the same."),
        ({"key": ""}, "The question has no correct answer."),
        ({"key": "3"}, "The question has no correct answer."),
        ({"subject": "x" * 201}, "200 are allowed"),
    ],
)
def test_a_question_that_breaks_a_rule_is_refused(browser, wrong, words):
    response = browser.post("/questions/new/", fields(**wrong))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Question.objects.exists()


def test_a_refused_option_is_marked_at_its_row(browser):
    options = ("5", "", "x" * 2001)

    text = browser.post("/questions/new/", fields(options=options, key="0")).content.decode()

    assert 'id="option-1-error"' in text
    assert "2,000 are allowed" in text
    assert 'id="option-2-error"' not in text


def test_a_refused_question_keeps_what_was_typed(browser):
    wrong = fields("", ("5", "", "six"), "2")

    text = browser.post("/questions/new/", wrong).content.decode()

    assert ">six</textarea>" in text
    assert 'value="1" checked' in text


@pytest.mark.parametrize("who", ["asha", "cleo", "vera"])
def test_only_requesters_write_questions(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post("/questions/new/", fields()).status_code == 403
    assert not Question.objects.exists()


def test_a_new_version_is_saved(browser, question):
    browser.post(f"/questions/{question.pk}/revise/", fields())

    question.refresh_from_db()
    assert (question.latest_version, question.question_text) == (2, "What is 3 + 3?")


def test_a_version_that_changes_nothing_is_refused(browser, question):
    same = fields("What is 2 + 2?", ("3", "4", "5"), "1")

    response = browser.post(f"/questions/{question.pk}/revise/", same)

    assert response.status_code == 409
    assert "says what the last one said" in response.content.decode()


def test_what_is_being_judged_is_not_revised(browser, task):
    response = browser.post(f"/questions/{task.question_id}/revise/", fields())

    assert response.status_code == 409
    assert "under review" in response.content.decode()


def test_an_assessor_does_not_revise(client, asha, task):
    client.force_login(asha)

    assert client.post(f"/questions/{task.question_id}/revise/", fields()).status_code == 403
    assert 'id="revise"' not in client.get(f"/questions/{task.question_id}/").content.decode()


def test_versions_show_what_changed(browser, ben, question):
    services.revise_question(question_id=question.pk, content=REVISED, actor=ben)

    text = browser.get(f"/questions/{question.pk}/").content.decode()

    assert "Version 2" in text
    assert "<ins>two</ins>" in text


def test_approval_is_asked_for_from_an_assessor(browser, asha, question):
    response = browser.post(f"/questions/{question.pk}/submit/", {"assigned_to": asha.email})

    made = ApprovalRequest.objects.get()
    assert response["Location"] == f"/requests/{made.pk}/"
    assert made.tasks.get().assigned_to == asha


def test_approval_is_asked_for_under_a_policy(browser, board, question):
    ApprovalPolicy.objects.create(name="Board", stages=[{"group": "maths-board"}])

    browser.post(f"/questions/{question.pk}/submit/", {"policy": "Board"})

    assert ApprovalRequest.objects.get().tasks.get().assigned_group == board


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"assigned_to": "nobody@example.com"},
        {"assigned_to": "ben@example.com"},
        {"policy": "?"},
    ],
)
def test_asking_nobody_is_refused(browser, asha, question, wish):
    response = browser.post(f"/questions/{question.pk}/submit/", wish)

    assert response.status_code == 422
    assert not ApprovalRequest.objects.exists()


def test_asking_twice_is_refused(browser, asha, task):
    response = browser.post(f"/questions/{task.question_id}/submit/", {"assigned_to": asha.email})

    assert response.status_code == 409
    assert ApprovalRequest.objects.count() == 1


def test_a_question_that_never_was_is_not_found(browser):
    assert browser.get(f"/questions/{uuid4()}/").status_code == 404


def test_asked_changes_open_the_form(browser, asha, task, deliver_all):
    deliver_all()
    decide(task, asha, "CHANGES_REQUESTED", "Which plus?")
    deliver_all()

    text = browser.get(f"/questions/{task.question_id}/").content.decode()

    assert "The assessors asked for changes." in text


def test_a_question_is_written_as_secure(browser):
    browser.post("/questions/new/", fields() | {"is_secure": "on"})

    assert Question.objects.get().is_secure is True


def test_a_question_is_marked_by_a_button(browser, question):
    text = browser.post(
        f"/questions/{question.pk}/secure/", {"secure": "on"}, follow=True
    ).content.decode()

    question.refresh_from_db()
    assert question.is_secure is True
    assert "Secure</span>" in text
    assert "No longer secure" in text


def test_the_mark_is_taken_away_by_a_button(browser, question, ben):
    services.mark_secure(question_id=question.pk, secure=True, actor=ben)

    text = browser.post(f"/questions/{question.pk}/secure/", follow=True).content.decode()

    question.refresh_from_db()
    assert question.is_secure is False
    assert "Mark as secure" in text


def test_who_may_not_mark_it_sees_no_button_and_is_refused(client, vera, question):
    client.force_login(vera)

    assert "Mark as secure" not in client.get(f"/questions/{question.pk}/").content.decode()
    answer = client.post(f"/questions/{question.pk}/secure/", {"secure": "on"})
    question.refresh_from_db()
    assert (answer.status_code, question.is_secure) == (403, False)


@pytest.mark.parametrize(("wish", "found"), [("yes", False), ("no", True), ("odd", True)])
def test_the_list_is_filtered_by_the_mark(browser, question, wish, found):
    text = browser.get("/questions/", {"secure": wish}).content.decode()

    assert ("What is 2 + 2?" in text) is found
