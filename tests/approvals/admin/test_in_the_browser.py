"""From the list to the verdict, with a mouse."""

import pytest

from tests.browser import keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_task_is_approved_from_the_list(open_browser, submit, admin_person):
    task = submit(assigned_to=admin_person.email).tasks.get()
    page = open_browser(admin_person)
    page.goto("/admin/approvals/approvaltask/")
    keep_picture(page, "admin-tasks")

    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("approve")
    page.get_by_role("button", name="Run").click()
    page.get_by_label("Comments").fill("Read twice.")
    keep_picture(page, "admin-approve")
    page.get_by_role("button", name="Approve: 1 selected").click()

    page.get_by_text("Decided: 1.").wait_for()
    task.refresh_from_db()
    assert (task.status, task.comments) == ("APPROVED", "Read twice.")
