"""The previews of mails, and the page by which they are stopped, in a real browser."""

import pytest

from core.letters import SAMPLES
from notifications.kinds import Kind
from notifications.models import Preference
from notifications.services import unsubscribing
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MAILS = "/admin/notifications/notification/mails"
SHAPES = ["task-assigned", "task-overdue", "channel-failed", "digest-daily"]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


def colour(frame):
    return frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_is_shown_light_and_dark_whatever_the_browser_prefers(
    open_browser, admin_person, scheme
):
    page = open_browser(admin_person, scheme=scheme)
    page.goto(f"{MAILS}/task-assigned/")
    light = page.frame_locator('iframe[title="The mail in a light mail program"]')
    dark = page.frame_locator('iframe[title="The mail in a dark mail program"]')

    assert colour(light) == "rgb(246, 247, 249)"
    assert colour(dark) == "rgb(14, 17, 22)"
    page.locator("iframe").nth(1).scroll_into_view_if_needed()
    keep_picture(page, f"mail-preview-{scheme}")


@pytest.mark.parametrize("name", SHAPES)
def test_a_mail_fits_a_phone(open_browser, admin_person, name):
    page = open_browser(admin_person, viewport=PHONE)
    page.goto(f"{MAILS}/{name}/light/")

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width == PHONE["width"]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize(
    "name", ["task-assigned", "task-overdue", "channel-failed", "digest-daily"]
)
def test_axe_finds_nothing_in_a_mail(chromium, name, size, scheme):
    context = chromium.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.set_content(SAMPLES[name].write().alternatives[0][0])

    keep_picture(page, f"mail-{name}-{size['width']}-{scheme}")
    # A mail has no landmarks: mail programs put it into a page of theirs.
    found = [
        each for each in accessibility_findings(page) if not each.startswith(("region", "landmark"))
    ]
    context.close()
    assert found == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_page_that_stops_mails(open_browser, asha, size, scheme):
    page = open_browser(viewport=size, scheme=scheme)
    page.goto(address(asha))

    keep_picture(page, f"unsubscribe-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_the_button_stops_them_and_another_takes_it_back(open_browser, asha, javascript):
    page = open_browser(javascript=javascript)
    page.goto(address(asha))

    page.get_by_role("button", name="Stop them").press("Enter")
    page.get_by_role("status").get_by_text("You get no more e-mails about:").wait_for()
    assert {each.mode for each in Preference.objects.all()} == {"OFF"}

    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_role("status").get_by_text("You get e-mails again about:").wait_for()
    assert not Preference.objects.exists()


def address(person):
    token = unsubscribing.token(str(person.pk), [Kind.TASK_ASSIGNED, Kind.REQUEST_CLOSED])
    return f"/notifications/unsubscribe/{token}/"
