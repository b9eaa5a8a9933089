"""The pages of the trail in a real browser, on a desk and on a phone, light and dark."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import SavedSearch
from tests.audit.trail import entry
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
CHANGE = {
    "table": "approval_policies",
    "operation": "UPDATE",
    "id": "7",
    "session": "imprimatur_app web 127.0.0.1",
    "before": {"name": "Two of three", "description": "", "secret": "•••", "due_hours": 48},
    "after": {
        "name": "Two of four, of whom one from the board of physics",
        "description": {"sealed": "text:x"},
        "secret": "•••",
        "due_hours": 24,
    },
}


@pytest.fixture
def trail(vera):
    for number in range(1, 31):
        entry(
            number,
            scheme=("Maths", "Physics")[number % 2],
            outcome=("APPROVED", "", "REJECTED")[number % 3],
            actor_label=("Asha Rao", "Ada Okafor")[number % 2],
            links=[("policy", "7"), ("user", str(vera.pk))],
            changes=[CHANGE] if number == 30 else (),
            action="approvals.question_seen" if number == 20 else "approvals.task_decided",
            happened_at=timezone.now() - timedelta(hours=30 - number),
        )
    SavedSearch.objects.create(owner=vera, name="Rejections in physics", query="scheme=Physics")


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("trail", "/audit/?text=gas&person=Asha"),
        ("nothing", "/audit/?text=xylophone"),
        ("entry", "/audit/30/"),
        ("thing", "/audit/things/policy/7/?at=2099-01-01T12:00:00"),
        ("request", "/audit/requests/request-0001/"),
    ],
)
@pytest.mark.usefixtures("trail")
def test_the_pages_can_be_read_by_everybody(open_browser, vera, size, scheme, name, address):
    page = open_browser(vera, viewport=size, scheme=scheme)

    page.goto(address)

    keep_picture(page, f"audit-{name}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("trail")
def test_vera_finds_narrows_and_keeps_a_search(open_browser, vera):
    page = open_browser(vera)
    page.goto("/audit/")

    page.get_by_label("Words").fill("gas")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="Maths", exact=True).click()
    page.get_by_label("Keep this search as").fill("Maths of gas")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("The search is kept as “Maths of gas”.").wait_for()
    page.get_by_role("button", name="Delete Maths of gas").click()
    page.get_by_role("button", name="Undo").click()

    page.get_by_text("“Maths of gas” is back.").wait_for()
    assert SavedSearch.objects.filter(name="Maths of gas", deleted_at=None).exists()
