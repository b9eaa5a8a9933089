"""Questions, requests and tasks in the admin: the same rules as everywhere."""

import pytest

from accounts import roles
from approvals.models import ApprovalPolicy, Decision
from tests.cast import person

TASKS = "/admin/approvals/approvaltask/"
REQUESTS = "/admin/approvals/approvalrequest/"
PAGES = ["question", "approvalrequest", "approvaltask", "decision", "approvalpolicy"]


@pytest.fixture
def judge(db):
    """An administrator who is an assessor, too."""
    return person("Judy Root", roles.ADMINISTRATORS, roles.ASSESSORS, is_staff=True)


@pytest.fixture
def browser(client, judge):
    client.force_login(judge)
    return client


def act(browser, place, action, *rows, **more):
    form = {"action": action, "_selected_action": [row.pk for row in rows]} | more
    return browser.post(place, form, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens(browser, task, page):
    assert browser.get(f"/admin/approvals/{page}/").status_code == 200


def test_the_dashboard_shows_how_things_stand(browser, task):
    text = browser.get("/admin/").content.decode()

    for word in ("Pending", "Overdue", "Decided today", "Dead deliveries", "Asha Rao"):
        assert word in text


def test_a_task_is_read_and_not_edited(browser, task):
    place = f"{TASKS}{task.pk}/change/"

    assert browser.get(place).status_code == 200
    assert browser.post(place, {"status": "APPROVED"}).status_code == 403
    task.refresh_from_db()
    assert task.status == "PENDING"


def test_the_task_token_is_not_shown(browser, task):
    task.task_token = "secret-token-of-the-workflow"
    task.save(update_fields=["task_token"])

    text = browser.get(f"{TASKS}{task.pk}/change/").content.decode()

    assert "secret-token-of-the-workflow" not in text


def test_a_seat_is_needed_to_approve_from_the_list(browser, task):
    response = act(browser, TASKS, "approve", task)

    assert "1 refused: Only the people this task is assigned to can decide it." in said(response)
    assert not Decision.objects.exists()


def test_tasks_are_approved_from_the_list(browser, submit, judge):
    task = submit(assigned_to=judge.email).tasks.get()

    response = act(browser, TASKS, "approve", task)

    assert "1 tasks: your verdict was recorded." in said(response)
    task.refresh_from_db()
    assert task.status == "APPROVED"


def test_rejecting_asks_for_a_reason_first(browser, submit, judge):
    task = submit(assigned_to=judge.email).tasks.get()

    response = act(browser, TASKS, "reject", task)

    assert "These questions will be rejected" in response.content.decode()
    assert not Decision.objects.exists()


def test_rejecting_without_a_reason_asks_again(browser, submit, judge):
    task = submit(assigned_to=judge.email).tasks.get()

    response = act(browser, TASKS, "reject", task, comment="  ")

    assert "Say why" in response.content.decode()
    assert not Decision.objects.exists()


def test_tasks_are_rejected_with_a_reason(browser, submit, judge):
    task = submit(assigned_to=judge.email).tasks.get()

    act(browser, TASKS, "reject", task, comment="Two options are right.")

    assert Decision.objects.get().comment == "Two options are right."


def test_a_request_is_cancelled_from_the_list(browser, task):
    act(browser, REQUESTS, "cancel", task.request)

    task.request.refresh_from_db()
    assert task.request.status == "CANCELLED"


def test_nothing_is_deleted_from_a_list(browser, task):
    act(browser, REQUESTS, "delete_selected", task.request)

    assert type(task.request).objects.filter(pk=task.request_id).exists()


def test_a_policy_that_breaks_a_rule_is_refused_by_place(browser):
    form = {"name": "Odd", "stages": '[{"approve_n": 0, "group": "x"}]', "is_active": "on"}

    response = browser.post("/admin/approvals/approvalpolicy/add/", form)

    assert "policy.stages[0].approve_n" in response.content.decode()
    assert not ApprovalPolicy.objects.exists()


def test_a_policy_is_kept(browser):
    form = {"name": "Pair", "stages": '[{"group": "maths-board"}]', "is_active": "on"}

    browser.post("/admin/approvals/approvalpolicy/add/", form)

    assert ApprovalPolicy.objects.get().name == "Pair"
