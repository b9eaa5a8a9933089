"""What administrators set, with a mouse."""

import pytest

from aiqueries.models import Budget, SendingPolicy
from tests.browser import keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_budget_is_set_and_shows_how_it_stands(open_browser, admin_person):
    page = open_browser(admin_person)
    page.goto("/admin/aiqueries/budget/add/")
    page.locator("select[name=scope]").select_option("WHOLE")
    page.locator("select[name=period]").select_option("MONTH")
    page.locator("input[name=amount]").fill("25")
    keep_picture(page, "admin-budget")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_role("progressbar").wait_for()
    keep_picture(page, "admin-budgets")
    assert Budget.objects.get().amount == 25


def test_what_may_leave_is_ticked(open_browser, admin_person):
    page = open_browser(admin_person)
    page.goto("/admin/aiqueries/sendingpolicy/add/")
    page.get_by_label("openai").check()
    keep_picture(page, "admin-sending-policy")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("openai may get secure questions.").wait_for()
    assert SendingPolicy.objects.get().secure_to == ["openai"]
