"""A first view in a real browser: by mouse, by keys, without scripts, on a phone."""

import pytest

from approvals import services
from approvals.models import Decision, FirstView
from tests.approvals.conftest import CONTENT
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


def open_task(page, task):
    page.goto(f"/tasks/{task.pk}/")


def record(page, letter):
    page.get_by_role("radio", name=letter).check()
    page.get_by_role("button", name="Record first view").click()


def test_asha_says_first_and_decides_then(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)
    page.get_by_label("Comment").fill("Nearly done.")

    record(page, "A: 3")
    page.get_by_text("You chose A, the key says B:").wait_for()
    assert page.get_by_label("Comment").input_value() == "Nearly done."
    page.keyboard.press("a")
    page.keyboard.press("a")
    page.get_by_text("You approved this question.").wait_for()

    assert FirstView.objects.get().agrees is False
    assert Decision.objects.get().comment == "Nearly done."


def test_the_key_is_revealed_in_place_by_a_key(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)
    page.get_by_label("Comment").fill("Half a sen")
    page.keyboard.press("Escape")
    assert page.get_by_text("Marked correct").count() == 0

    page.keyboard.press("s")
    page.get_by_text("Marked correct").wait_for()
    assert page.get_by_label("Comment").input_value() == "Half a sen"
    assert page.get_by_role("button", name="Record first view").count() == 0
    page.keyboard.press("s")
    page.get_by_role("button", name="Record first view").wait_for()

    assert page.get_by_text("Marked correct").count() == 0


def test_a_first_view_works_without_javascript(open_browser, asha, task):
    page = open_browser(asha, javascript=False)
    open_task(page, task)

    record(page, "I cannot tell")

    assert page.get_by_text("You could not tell. The key says B.").is_visible()


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_before_and_after(open_browser, asha, task, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    open_task(page, task)
    keep_picture(page, f"first-view-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []

    record(page, "A: 3")
    page.get_by_text("You chose A").wait_for()

    keep_picture(page, f"first-view-said-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_beside_near_duplicates(open_browser, vera, ben, task, size, scheme):
    services.create_question(content=CONTENT, is_secure=True, actor=ben)
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(f"/questions/{task.question_id}/")

    page.get_by_text("Text 100 %, options 100 %").wait_for()
    page.get_by_text("What differs").click()

    keep_picture(page, f"similar-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


def test_a_draft_is_compared_while_it_is_typed(open_browser, ben):
    services.create_question(content=CONTENT, actor=ben)
    page = open_browser(ben)
    page.goto("/questions/new/")
    page.get_by_label("Question", exact=True).fill("What is 2 + 2 ?")
    for number, option in enumerate(CONTENT.options):
        page.locator(f"#option-{number}").fill(option)
    page.get_by_role("radio", name="Option B is right").check()

    page.get_by_role("link", name="What is 2 + 2?").wait_for()

    assert accessibility_findings(page) == []
    page.get_by_role("button", name="Save question").click()
    page.get_by_text("The question was saved.").wait_for()
