"""The assessor's pages in a real browser: by mouse, by keyboard, and without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import services
from approvals.content import QuestionContent
from approvals.models import ApprovalTask, Assignment, Decision
from tests.approvals.conftest import REVISED, decide
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
QUESTIONS = [
    ("Physics", "Which quantity is conserved in an elastic collision in an isolated system?", -2),
    ("Biology", "What is the primary function of the mitochondrion in a eukaryotic cell?", 0.6),
    ("History", "In which year was the Treaty of Westphalia signed?", 3),
    ("Chemistry", "Which of the following is the strongest acid in water at 25 °C?", 30),
    ("Literature", "Name the poet who wrote “The Waste Land”.", 60),
]
OPTIONS = ["Kinetic energy only", "Momentum only", "Both kinetic energy and momentum", "Neither"]


@pytest.fixture
def full_inbox(submit):
    """Tasks of Asha's as in a usual week."""
    for subject, text, hours in QUESTIONS:
        content = QuestionContent.checked(
            question_text=text, options=OPTIONS, correct_answer=OPTIONS[2], subject=subject
        )
        task = submit(content).tasks.get()
        due_at = timezone.now() + timedelta(hours=hours)
        ApprovalTask.objects.filter(pk=task.pk).update(due_at=due_at)
        Assignment.objects.filter(task=task).update(due_at=due_at)


def open_task(page, task):
    page.goto(f"/tasks/{task.pk}/")


def test_asha_approves_with_the_mouse(open_browser, asha, task):
    page = open_browser(asha)
    page.goto("/inbox/")

    page.get_by_role("link", name="What is 2 + 2?").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("You approved this question.").wait_for()

    task.refresh_from_db()
    assert task.status == "APPROVED"


def test_asha_approves_with_the_keyboard_by_pressing_twice(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)

    page.keyboard.press("a")
    page.get_by_role("button", name="Press a again").wait_for()
    assert not Decision.objects.exists()
    page.keyboard.press("a")
    page.get_by_text("You approved this question.").wait_for()

    task.refresh_from_db()
    assert task.status == "APPROVED"


def test_escape_disarms(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)

    page.keyboard.press("a")
    page.keyboard.press("Escape")

    assert page.get_by_text("Press a again").count() == 0


def test_rejecting_by_key_asks_for_a_comment_first(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)

    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "id_comment"
    page.keyboard.type("Option C is right as well.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("r")
    page.get_by_text("You rejected this question.").wait_for()

    assert Decision.objects.get().comment == "Option C is right as well."


def test_keys_that_are_switched_off_do_nothing(open_browser, asha, task):
    asha.keyboard_shortcuts = False
    asha.save(update_fields=["keyboard_shortcuts"])
    page = open_browser(asha)
    open_task(page, task)

    page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(300)

    assert not Decision.objects.exists()


def test_asha_decides_without_javascript(open_browser, asha, task):
    page = open_browser(asha, javascript=False)
    open_task(page, task)

    page.get_by_label("Comment").fill("The key is wrong.")
    page.get_by_role("button", name="Request changes").click()

    assert page.get_by_text("You asked for changes.").is_visible()
    assert page.url.endswith(f"/tasks/{task.pk}/")
    task.refresh_from_db()
    assert task.status == "CHANGES_REQUESTED"


def test_a_missing_reason_is_asked_for_without_javascript(open_browser, asha, task):
    page = open_browser(asha, javascript=False)
    open_task(page, task)

    page.get_by_role("button", name="Reject").click()

    assert page.get_by_role("alert").inner_text().startswith("Say why")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_decides_once(open_browser, asha, task, javascript):
    page = open_browser(asha, javascript=javascript)
    open_task(page, task)

    page.get_by_role("button", name="Approve").dblclick()
    page.get_by_text("You approved this question.").wait_for()

    assert Decision.objects.count() == 1
    assert page.get_by_role("alert").count() == 0


def test_a_stale_page_tells_who_was_first(open_browser, asha, ada, offered):
    page = open_browser(asha)
    open_task(page, offered)
    decide(offered, ada, "REJECTED", "Two options are right.")

    page.get_by_role("button", name="Approve").click()
    page.get_by_role("alert").wait_for()

    assert "decided by Ada Okafor" in page.get_by_role("alert").inner_text()
    assert page.get_by_text("Two options are right.").first.is_visible()
    keep_picture(page, "stale-1360-light")


def test_the_key_stays_hidden_until_it_is_asked_for(open_browser, asha, task):
    page = open_browser(asha)
    open_task(page, task)
    assert not page.get_by_text("Marked correct").is_visible()

    page.keyboard.press("s")

    page.get_by_text("Marked correct").wait_for()


def test_j_k_and_x_walk_through_the_inbox(open_browser, asha, full_inbox):
    page = open_browser(asha)
    page.goto("/inbox/")

    for key in "jjkjx":
        page.keyboard.press(key)

    row = page.locator(".row.on")
    assert "mitochondrion" in row.inner_text()
    assert row.get_by_role("checkbox").is_checked()
    assert page.locator("[data-picked]").inner_text() == "1"


def test_n_goes_from_verdict_to_the_next_task(open_browser, asha, full_inbox):
    page = open_browser(asha)
    page.goto("/inbox/")
    page.keyboard.press("n")
    page.get_by_text("elastic collision").wait_for()

    page.keyboard.press("n")

    page.get_by_text("mitochondrion").wait_for()


def test_several_tasks_are_passed_on_at_once(open_browser, asha, ada, full_inbox):
    services.expire_overdue_tasks()
    page = open_browser(asha)
    page.goto("/inbox/")

    page.get_by_label("Select all tasks on this page").check()
    page.get_by_label("Pass on to").select_option("ada@example.com")
    page.get_by_role("button", name="Pass on").click()

    assert page.get_by_text("tasks were passed on").is_visible()
    assert Assignment.objects.active().filter(assessor=ada).count() == 4


@pytest.fixture
def up_again(asha, ada, ben, submit, deliver_all):
    """The task of a question that was approved once, revised, and is up again in two stages."""
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha)
    deliver_all()
    services.revise_question(question_id=request.question_id, content=REVISED, actor=ben)
    stages = [
        {"name": "Subject", "assessors": ["asha@example.com"]},
        {"name": "Language", "assessors": ["ada@example.com"]},
    ]
    again = services.request_approval(
        question_id=request.question_id, policy={"stages": stages}, actor=ben
    )
    deliver_all()
    return again.tasks.get()


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_inbox(open_browser, asha, full_inbox, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto("/inbox/")

    keep_picture(page, f"inbox-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_review_page(open_browser, asha, up_again, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    open_task(page, up_again)
    keep_picture(page, f"review-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []

    page.get_by_role("link", name="Show the key").click()
    page.get_by_role("link", name="Hide the key").wait_for()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("You approved this question.").wait_for()

    keep_picture(page, f"decided-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_requests_and_questions(open_browser, ben, up_again, size, scheme):
    page = open_browser(ben, viewport=size, scheme=scheme)
    places = {
        "request": f"/requests/{up_again.request_id}/",
        "requests": "/requests/",
        "question": f"/questions/{up_again.question_id}/",
        "questions": "/questions/",
        "new-question": "/questions/new/",
    }
    findings = {}
    for name, place in places.items():
        page.goto(place)
        keep_picture(page, f"{name}-{size['width']}-{scheme}")
        findings[name] = accessibility_findings(page)

    assert findings == {name: [] for name in places}


@pytest.mark.parametrize("box", ["mine", "team", "waiting", "done"])
def test_an_empty_box_says_what_to_do(open_browser, asha, box):
    page = open_browser(asha)
    page.goto(f"/inbox/?box={box}")

    keep_picture(page, f"empty-{box}-1360-light")
    assert page.locator(".empty p").inner_text()
    assert accessibility_findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin_works_under_its_policy(open_browser, admin_person, full_inbox, scheme):
    page = open_browser(admin_person, scheme=scheme)
    page.goto("/admin/")
    keep_picture(page, f"admin-1360-{scheme}")

    page.get_by_role("link", name="Tasks").first.click()

    page.get_by_text("elastic collision").first.wait_for()
    keep_picture(page, f"admin-tasks-1360-{scheme}")


def test_the_activity_page_keeps_asking(open_browser, vera):
    page = open_browser(vera)
    with page.expect_response("**/activity/now/") as answer:
        page.goto("/activity/")

    assert answer.value.ok
    keep_picture(page, "activity-1360-light")
    assert accessibility_findings(page) == []
