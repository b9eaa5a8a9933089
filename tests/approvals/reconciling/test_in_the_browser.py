"""Repairs in a real browser: seen to by mouse, on wide and narrow screens, light and dark."""

import pytest

from approvals.content import QuestionContent
from approvals.models import QuestionImport, Repair
from approvals.services.repairs import Trouble, park, record_made
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
TEXTS = [
    "Which quantity is conserved in an elastic collision in an isolated system?",
    "What is the primary function of the mitochondrion in a eukaryotic cell?",
]
Kind = Repair.Kind


@pytest.fixture
def troubles(submit, ben):
    """Two things parked and some repaired."""
    requests = [
        submit(
            QuestionContent.checked(
                question_text=text, options=["a", "b"], correct_answer="a", subject="Physics"
            )
        )
        for text in TEXTS
    ]
    ended = Trouble(
        kind=Kind.DIVERGED, found="The workflow has ended (approved), the request is open."
    )
    park(requests[0], ended, "The approvals for that are not here.")
    lost = Trouble(
        kind=Kind.LOST_TOKEN,
        found="The workflow waits, and the token that lets it run on is not here.",
    )
    park(
        requests[1],
        lost,
        "The engine cannot say the token again. Withdraw the request and ask anew.",
    )
    for kind, times in ((Kind.UNDELIVERED, 3), (Kind.LOST_START, 1)):
        for _ in range(times):
            record_made(requests[1], Trouble(kind=kind, found="x"), "y")
    stalled = QuestionImport.objects.create(
        file_name="chemistry-2026.csv",
        format="CSV",
        uploaded_by=ben,
        sha256="0" * 64,
        size=1,
        lines=1,
        status="IMPORTING",
    )
    park(stalled, Trouble(kind=Kind.STALLED_IMPORT, found="Nobody works on it."), "Twice.")
    return requests


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_page_is_accessible(open_browser, admin_person, troubles, size, scheme):
    page = open_browser(admin_person, viewport=size, scheme=scheme)
    page.goto("/activity/")
    page.get_by_role("heading", name="Parked").wait_for()

    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep_picture(page, f"repairs-{size['width']}-{scheme}")

    page.get_by_role("button", name=f"Put aside {TEXTS[0][:20]}").click()
    page.get_by_role("dialog").wait_for()
    assert accessibility_findings(page) == []
    keep_picture(page, f"repairs-aside-{size['width']}-{scheme}")


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_empty_page_is_accessible(open_browser, admin_person, size, scheme):
    page = open_browser(admin_person, viewport=size, scheme=scheme)
    page.goto("/activity/")
    page.get_by_text("Nothing had to be repaired").wait_for()

    assert accessibility_findings(page) == []
    keep_picture(page, f"repairs-none-{size['width']}-{scheme}")


def test_putting_aside_asks_why(open_browser, admin_person, troubles):
    page = open_browser(admin_person)
    page.goto("/activity/")

    page.get_by_role("button", name=f"Put aside {TEXTS[0][:20]}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Put aside").click()
    assert Repair.objects.filter(state="PUT_ASIDE").count() == 0

    dialog.get_by_label("Why nothing more is to be done").fill("A drill.")
    dialog.get_by_role("button", name="Put aside").click()
    page.get_by_text("It was put aside and is not told of again.").wait_for()

    assert Repair.objects.get(state="PUT_ASIDE").comment == "A drill."


def test_trying_again_takes_one_click(open_browser, admin_person, troubles):
    page = open_browser(admin_person)
    page.goto("/activity/")

    page.get_by_role("button", name=f"Try again {TEXTS[1][:20]}").dblclick()
    page.get_by_text("It is looked at again within a minute.").wait_for()

    assert Repair.objects.filter(state="RETRIED").count() == 1
