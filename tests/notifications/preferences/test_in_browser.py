"""The settings in a real browser: rehearsed as one chooses, saved, and clean for everybody."""

import pytest

from notifications.models import Default, PersonSettings, Preference
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture
from tests.notifications.conftest import new_task

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
URL = "/notifications/settings/"
KIND = "A question waits for your decision E-mail"
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing(open_browser, asha, size, scheme):
    Default.objects.create(kind="REQUEST_CLOSED", channel="EMAIL", mode="DIGEST", locked=True)
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(URL)

    keep_picture(page, f"notification-settings-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_choice_is_rehearsed_at_once_and_kept_when_saved(open_browser, told, asha):
    told(new_task(asha), new_task(asha))
    page = open_browser(asha)
    page.goto(URL)
    assert "would have sent 2 mails." in page.locator("#preview").inner_text()

    page.get_by_role("combobox", name=KIND, exact=True).select_option("Not at all")
    page.get_by_text("would have sent nothing.").wait_for()
    assert not Preference.objects.exists()
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Save settings").click()

    page.get_by_text("Your notification settings were saved.").wait_for()
    assert page.get_by_role("combobox", name=KIND, exact=True).input_value() == "OFF"
    assert page.get_by_label("Quiet from").input_value() == "22:00"
    assert PersonSettings.objects.get().quiet_to.hour == 7


def test_all_of_it_works_by_keyboard(open_browser, asha):
    page = open_browser(asha)
    page.goto(URL)

    page.get_by_role("combobox", name=KIND, exact=True).focus()
    page.keyboard.press("End")
    page.get_by_label("At most so many in an hour").focus()
    page.keyboard.press("Enter")

    page.get_by_text("Your notification settings were saved.").wait_for()
    assert Preference.objects.get().mode == "OFF"
