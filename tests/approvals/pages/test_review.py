"""What the review page shows, and to whom."""

from uuid import uuid4

import pytest

from approvals import services
from approvals.content import QuestionContent
from approvals.models import Decision
from tests.approvals.conftest import REVISED, decide
from tests.approvals.pages.conftest import text_of


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("asha", 200),
        ("ben", 200),
        ("admin_person", 200),
        ("vera", 200),
        ("ada", 404),
        ("cleo", 404),
    ],
)
def test_who_may_look(client, request, task, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/tasks/{task.pk}/").status_code == status


def test_a_stranger_is_asked_to_sign_in(client, task):
    assert client.get(f"/tasks/{task.pk}/")["Location"].startswith("/sign-in/?next=")


def test_a_task_that_never_was_is_not_found(browser):
    assert browser.get(f"/tasks/{uuid4()}/").status_code == 404


def test_opening_the_page_changes_nothing(browser, task):
    text_of(browser, task)

    assert not Decision.objects.exists()
    task.refresh_from_db()
    assert task.status == "PENDING"


def test_the_question_is_shown_with_its_options_in_order(browser, task):
    text = text_of(browser, task)

    assert "What is 2 + 2?" in text
    assert text.index("<b>A</b><span>3</span>") < text.index("<b>B</b><span>4</span>")


def test_the_key_is_not_on_the_page_of_who_may_decide(browser, task):
    text = text_of(browser, task)

    assert "Marked correct" not in text
    assert 'class="right"' not in text
    assert 'id="reveal"' in text


def test_who_may_decide_is_shown_the_key_on_asking_for_it(browser, task):
    text = browser.get(f"/tasks/{task.pk}/", {"key": "1"}).content.decode()

    assert text.count("Marked correct") == 1
    assert "Hide the key" in text


def test_who_only_looks_on_sees_the_key(client, vera, task):
    client.force_login(vera)

    text = text_of(client, task)

    assert 'id="reveal"' not in text
    assert "Marked correct" in text


def test_markup_in_a_question_is_shown_as_text(browser, submit):
    content = QuestionContent.checked(
        question_text="<script>alert(1)</script>?",
        options=["<b>a</b>", "<i>b</i>"],
        correct_answer="<b>a</b>",
        subject='"><img src=x>',
    )

    text = text_of(browser, submit(content).tasks.get())

    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;b&gt;a&lt;/b&gt;" in text


def test_the_task_token_is_not_on_the_page(browser, task):
    task.task_token = "secret-token-of-the-workflow"
    task.save(update_fields=["task_token"])

    assert "secret-token-of-the-workflow" not in text_of(browser, task)


def test_nobody_else_is_shown_a_form(client, ben, task):
    client.force_login(ben)

    assert 'name="verdict"' not in text_of(client, task)


def test_the_policy_shows_the_stages_and_the_people(browser, submit, asha, ada):
    stages = [
        {"name": "Subject", "assessors": [asha.email, ada.email], "approve_n": 2},
        {"name": "Language", "assessors": [ada.email]},
    ]

    text = text_of(browser, submit(assigned_to="", policy={"stages": stages}).tasks.get())

    assert "2 approvals pass it, 1 other verdict return it." in text
    assert "Language" in text
    assert "For Ada Okafor." in text


def test_changes_since_the_last_approval_are_shown(browser, asha, ben, submit, deliver_all, task):
    deliver_all()
    decide(task, asha)
    deliver_all()
    services.revise_question(question_id=task.question_id, content=REVISED, actor=ben)
    again = services.request_approval(
        question_id=task.question_id, assigned_to=asha.email, actor=ben
    )

    text = text_of(browser, again.tasks.get())

    assert "Changes since version 1" in text
    assert "<ins>two</ins>" in text
    assert "<del>5</del>" in text


def test_the_first_version_has_no_changes(browser, task):
    assert "Changes since" not in text_of(browser, task)


def test_the_workflow_is_shown_once_it_runs(browser, task, deliver_all):
    assert "Starting" in text_of(browser, task)

    deliver_all()

    assert "AssignToAssessor" in text_of(browser, task)


def test_next_and_previous_follow_the_due_times(browser, submit, asha):
    first, second, third = (submit().tasks.get() for _ in range(3))

    text = text_of(browser, second)

    assert f'id="previous" href="/tasks/{first.pk}/" data-key="p"' in text
    assert f'id="next" href="/tasks/{third.pk}/" data-key="n"' in text


def test_the_page_takes_few_queries(browser, submit, ada, asha, django_assert_max_num_queries):
    stages = [{"assessors": [asha.email, ada.email], "approve_n": 2}, {"assessors": [ada.email]}]
    task = submit(assigned_to="", policy={"stages": stages}).tasks.get()

    with django_assert_max_num_queries(25):
        text_of(browser, task)
