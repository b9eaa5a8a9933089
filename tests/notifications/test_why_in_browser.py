"""Why, why not, watching and muting in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Attempt, Delivery, Notification, Trace, Watch
from tests.approvals.conftest import submit as submit
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture
from tests.notifications.conftest import assigned_to

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture
def request_of_ben(submit, told):
    """With Asha told of its task, and a mail that failed once before it was taken."""
    request = submit()
    told()
    delivery = Delivery.objects.get(recipient__email="asha@example.com", channel="EMAIL")
    Attempt.objects.all().delete()
    for succeeded, answer in [(False, "450 Try later"), (True, "250 Ok")]:
        Attempt.objects.create(
            delivery=delivery, began_at=timezone.now(), succeeded=succeeded, answer=answer
        )
    Notification.objects.update(read_at=timezone.now() + timedelta(minutes=1))
    return request


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_page_of_reasons(open_browser, request_of_ben, asha, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(f"/notifications/{Notification.objects.get(recipient=asha).pk}/why/")

    keep_picture(page, f"why-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize("place", ["list", "trace", "why-not", "watching"])
def test_axe_finds_nothing_on_the_pages_of_support(
    open_browser, request_of_ben, vera, cleo, place, size, scheme
):
    trace = Trace.objects.latest("pk")
    Watch.objects.create(person=vera, thing=f"question:{request_of_ben.question_id}", mode="MUTE")
    where = {
        "list": "/notifications/traces/",
        "trace": f"/notifications/traces/{trace.pk}/",
        "why-not": f"/notifications/traces/?person={cleo.pk}&event={trace.event_id}",
        "watching": "/notifications/watching/",
    }
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(where[place])

    keep_picture(page, f"why-{place}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


def test_ben_watches_his_question_with_the_keyboard(open_browser, request_of_ben, ben):
    page = open_browser(ben)
    page.goto(f"/questions/{request_of_ben.question_id}/")
    button = page.get_by_role("button", name=re.compile("^Watch ?: What is 2"))

    button.focus()
    page.keyboard.press("Enter")
    pressed = page.get_by_role("button", name=re.compile("^Watching ?: What is 2"), pressed=True)
    pressed.wait_for()

    assert Watch.objects.get().mode == "WATCH"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    keep_picture(page, "watching-card")
    assert accessibility_findings(page) == []


def test_a_row_of_the_list_mutes_its_question(open_browser, request_of_ben, asha):
    page = open_browser(asha)
    page.goto("/notifications/")

    page.get_by_text("Watch or mute").first.click()
    page.get_by_role("button", name=re.compile("^Mute ?: What is 2")).click()
    page.get_by_role("button", name=re.compile("^Muted ?: What is 2")).wait_for()

    assert Watch.objects.get().mode == "MUTE"
    keep_picture(page, "watching-row")
    assert accessibility_findings(page) == []


def test_muting_works_without_javascript(open_browser, request_of_ben, asha):
    page = open_browser(asha, javascript=False)
    page.goto(f"/notifications/{Notification.objects.get(recipient=asha).pk}/why/")

    page.get_by_role("button", name=re.compile("^Mute ?: The work of Ben Novak")).click()

    assert page.get_by_role("heading", name="Watched and muted").is_visible()
    assert Watch.objects.get().mode == "MUTE"


def test_the_page_asks_why_from_the_list(open_browser, told, asha):
    told(assigned_to(asha))
    page = open_browser(asha)
    page.goto("/notifications/")

    page.get_by_role("link", name="Why?").first.click()

    assert page.get_by_role("heading", name="Why did I get this?").is_visible()
    assert page.get_by_text("Everybody who may decide a new task is told.").is_visible()
