import pytest

from approvals import services
from approvals.content import QuestionContent

FLAWED = QuestionContent.checked(
    question_text="Which of these is not a <b>prime</b>?",
    options=["2", "3", "4", "None of these"],
    correct_answer="4",
)
SOUND = QuestionContent.checked(
    question_text="What is 2 + 2?", options=["3", "4", "5"], correct_answer="4"
)


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


def page_of(browser, question):
    return browser.get(f"/questions/{question.pk}/").content.decode()


def test_the_flaws_of_a_question_stand_beside_it(browser, ben):
    page = page_of(browser, services.create_question(content=FLAWED, actor=ben))

    assert "“not” is easily overlooked" in page
    assert "Question: <mark>not</mark>" in page
    assert "Option D: <mark>None of these</mark>" in page
    assert "Haladyna, Downing &amp; Rodriguez 2002, guideline 17" in page


def test_a_sound_question_has_none(browser, ben):
    page = page_of(browser, services.create_question(content=SOUND, actor=ben))

    assert "No flaws found." in page


def test_what_is_quoted_is_escaped(browser, ben):
    opening = "<script>alert(1)</script> that is"
    content = QuestionContent.checked(
        question_text="What is a group?",
        options=[f"{opening} big", f"{opening} small", f"{opening} finite"],
        correct_answer=f"{opening} big",
    )

    page = page_of(browser, services.create_question(content=content, actor=ben))

    assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt; that is</mark>" in page


def test_rules_that_the_policy_switches_off_are_not_shown(browser, ben, asha):
    policy = {"stages": [{"assessors": [asha.email]}], "flaws_off": ["negative-stem"]}
    request = services.submit_request(content=FLAWED, policy=policy, actor=ben)

    page = page_of(browser, request.question)

    assert "<mark>not</mark>" not in page
    assert "<mark>None of these</mark>" in page
    assert "Switched off by the policy: negative-stem." in page


def test_who_has_a_first_view_sees_the_flaws_on_the_review_page(client, ben, asha):
    request = services.submit_request(content=FLAWED, assigned_to=asha.email, actor=ben)
    task = request.tasks.get()
    client.force_login(asha)
    before = client.get(f"/tasks/{task.pk}/").content.decode()

    services.record_first_view(task_id=task.pk, answer="4", actor=asha)

    assert "Item-writing flaws" not in before
    assert "<mark>None of these</mark>" in client.get(f"/tasks/{task.pk}/").content.decode()
