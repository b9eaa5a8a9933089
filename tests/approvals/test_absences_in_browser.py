"""Saying that one is away, in a real browser."""

import pytest

from approvals.models import Absence
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def say(page):
    page.goto("/settings/absences/")
    page.get_by_label("From").fill("2099-03-01T08:00")
    page.get_by_label("Until").fill("2099-03-08T08:00")
    page.get_by_label("Who stands in").select_option(label="Ada Okafor")
    page.get_by_role("button", name="Save absence").press("Enter")
    page.get_by_role("cell", name="Ada Okafor").wait_for()


def test_by_keyboard_somebody_says_it_and_takes_it_back(open_browser, asha, ada):
    page = open_browser(asha)
    say(page)

    page.get_by_role("button", name="Take it back").press("Enter")
    page.get_by_text("Nothing: you are here.").wait_for()

    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")]
)
def test_axe_finds_nothing(open_browser, asha, ada, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    say(page)

    keep_picture(page, f"absences-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
