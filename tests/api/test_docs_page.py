"""The page to try the API on, in a real browser."""

import pytest

from tests.browser import keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_page_shows_every_door_and_keeps_to_its_policy(open_browser):
    page = open_browser()
    page.goto("/api/v1/docs/")

    page.get_by_text("/api/v1/approval-requests/", exact=True).first.wait_for()

    assert page.locator(".opblock").count() >= 20
    keep_picture(page, "api-docs")


def test_somebody_signed_in_can_try_a_door(open_browser, submit, asha):
    submit()
    page = open_browser(asha)
    page.goto("/api/v1/docs/")

    door = page.locator("#operations-approval-tasks-approval_tasks_list")
    door.locator(".opblock-summary-control").click()
    door.get_by_role("button", name="Try it out").click()
    door.get_by_role("button", name="Execute").click()

    door.locator(".live-responses-table").get_by_text("What is 2 + 2?").wait_for()
