"""Asha answers before she sees the key, and what the page shows afterwards."""

import pytest

from approvals import services
from approvals.content import QuestionContent
from approvals.models import Decision, FirstView
from tests.approvals.conftest import CONTENT, decide
from tests.approvals.pages.conftest import text_of

FORM = "What would you answer?"


def post(browser, task, answer="1", **more):
    return browser.post(
        f"/tasks/{task.pk}/first-view/",
        {"answer": answer, "digest": task.version.digest} | more,
        follow=True,
    )


def test_who_may_decide_is_asked_for_a_first_view(browser, task):
    assert FORM in text_of(browser, task)


@pytest.mark.parametrize("who", ["ben", "vera", "admin_person"])
def test_who_only_looks_on_is_not_asked(client, request, task, who):
    client.force_login(request.getfixturevalue(who))

    assert FORM not in text_of(client, task)


def test_the_right_answer_agrees_with_the_key(browser, task):
    text = post(browser, task).content.decode()

    assert "You chose B, as the key says." in text
    assert "Marked correct" in text
    assert FORM not in text


def test_another_answer_casts_doubt_on_the_key(browser, task):
    text = post(browser, task, "0").content.decode()

    assert "You chose A, the key says B:" in text
    assert "one of them may be wrong." in text


def test_not_to_know_is_an_answer(browser, task):
    text = post(browser, task, "none", remark="Two are right.").content.decode()

    assert "You could not tell. The key says B." in text
    assert "Two are right." in text
    assert FirstView.objects.get().agrees is None


@pytest.mark.parametrize("answer", ["", "3", "-1", "²", "B"])
def test_what_is_no_option_is_refused_beside_the_form(browser, task, answer):
    response = post(browser, task, answer, remark="A remark", comment="A comment")

    text = response.content.decode()
    assert response.status_code == 422
    assert "Choose an option" in text
    assert 'value="A remark"' in text
    assert ">A comment</textarea>" in text
    assert not FirstView.objects.exists()


def test_a_second_first_view_is_refused(browser, task):
    post(browser, task)

    response = post(browser, task, "0")

    assert response.status_code == 409
    assert "Your first view is recorded." in response.content.decode()
    assert FirstView.objects.get().answer == "4"


def test_the_comment_typed_meanwhile_stays(browser, task):
    response = browser.post(
        f"/tasks/{task.pk}/first-view/",
        {"answer": "1", "comment": "Half a sen"},
        headers={"HX-Request": "true"},
    )

    assert ">Half a sen</textarea>" in response.content.decode()


def test_with_the_key_in_sight_no_first_view_is_asked_for(browser, task):
    text = browser.get(f"/tasks/{task.pk}/", {"key": "1"}).content.decode()

    assert FORM not in text
    assert "an answer now would be no first view" in text


def test_deciding_without_a_first_view_stays_possible(browser, task):
    browser.post(
        f"/tasks/{task.pk}/decide/", {"verdict": "APPROVED", "digest": task.version.digest}
    )

    assert Decision.objects.get().verdict == "APPROVED"


def test_the_history_tells_of_it_once_the_task_is_settled(client, browser, task, asha, vera):
    post(browser, task, "0", remark="I read it twice.")
    told = "recorded a first view, which does not agree with the key"
    assert told in text_of(browser, task)
    client.force_login(vera)
    assert told not in text_of(client, task)

    decide(task, asha)

    assert told in text_of(client, task)
    assert "I read it twice." in text_of(client, task)
    assert told in client.get(f"/requests/{task.request_id}/").content.decode()


def test_who_is_yet_to_judge_does_not_learn_of_others_first_views(
    client, submit, asha, ada, deliver_all
):
    stages = [{"assessors": [asha.email]}, {"assessors": [ada.email]}]
    request = submit(assigned_to="", policy={"stages": stages})
    deliver_all()
    first = request.tasks.get()
    services.record_first_view(task_id=first.pk, answer="3", actor=asha)
    decide(first, asha)
    deliver_all()
    second = request.tasks.get(stage=1)
    client.force_login(ada)

    assert "recorded a first view" not in text_of(client, second)


def test_a_changed_key_is_not_told_before_the_key(browser, submit, ben, asha, deliver_all):
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha, "CHANGES_REQUESTED")
    deliver_all()
    other = QuestionContent.checked(
        question_text="What is 2 + 2?", options=["3", "4", "5"], correct_answer="5"
    )
    services.revise_question(question_id=request.question_id, content=other, actor=ben)
    deliver_all()
    task = request.tasks.get(round=1)

    text = text_of(browser, task)
    assert "Changed: you see how together with the key." in text
    assert "C</ins>" not in text
    revealed = browser.get(f"/tasks/{task.pk}/", {"key": "1"}).content.decode()
    assert "<ins>C</ins>" in revealed


def tally(client, person, question):
    client.force_login(person)
    return client.get(f"/questions/{question.pk}/").content.decode()


def test_auditors_and_administrators_are_told_of_doubts(
    client, submit, board, asha, ada, vera, admin_person, ben
):
    policy = {"stages": [{"group": "maths-board", "approve_n": 2}]}
    task = submit(assigned_to="", policy=policy).tasks.get()
    services.record_first_view(task_id=task.pk, answer="3", actor=asha)
    services.record_first_view(task_id=task.pk, answer="4", actor=ada)
    said = "1 of 2 first views disagrees with the key: it may be wrong."

    assert said in tally(client, vera, task.question)
    assert said in tally(client, admin_person, task.question)
    assert "first view" not in tally(client, ben, task.question)


def test_first_views_that_agree_are_told_of_as_well(client, task, asha, vera):
    services.record_first_view(task_id=task.pk, answer="4", actor=asha)

    text = tally(client, vera, task.question)

    assert CONTENT.correct_answer == "4"
    assert "1 of 1 first view agrees with the key; none disagrees." in text
