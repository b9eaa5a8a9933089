import pytest

from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture
def asha(asha):
    asha.set_password("correct horse")
    asha.save(update_fields=["password"])
    return asha


def test_asha_signs_in_and_out(open_browser, asha, settings):
    settings.LOGIN_REDIRECT_URL = "settings"
    page = open_browser()
    page.goto("/settings/")

    page.get_by_role("link", name="asha@example.com").click()
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Settings"
    page.get_by_role("button", name="your account").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize("place", ["/sign-in/", "/settings/", "/nowhere/"])
def test_axe_finds_nothing(open_browser, asha, place, size, scheme):
    page = open_browser(None if "sign-in" in place else asha, viewport=size, scheme=scheme)
    page.goto(place)

    keep_picture(page, f"{place.strip('/')}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


def test_the_theme_is_switched_at_once_and_stays(open_browser, asha):
    page = open_browser(asha)
    page.goto("/settings/")

    page.get_by_role("button", name="Switch colour theme").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"

    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_theme_is_switched_without_javascript(open_browser, asha):
    page = open_browser(asha, javascript=False)
    page.goto("/settings/")

    page.get_by_role("button", name="Switch colour theme").click()

    assert page.url.endswith("/settings/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_menu_opens_on_a_phone(open_browser, asha):
    page = open_browser(asha, viewport=PHONE)
    page.goto("/settings/")

    page.get_by_role("button", name="Menu").click()

    assert page.locator("#sidebar").get_by_role("link", name="Settings").is_visible()
    keep_picture(page, "menu-390-light")


def test_the_question_mark_opens_the_help(open_browser, asha):
    page = open_browser(asha)
    page.goto("/settings/")

    page.keyboard.press("?")

    assert page.get_by_role("heading", name="Keyboard shortcuts").is_visible()
    keep_picture(page, "keys-1360-light")


def test_keys_stay_quiet_for_who_wants_it(open_browser, asha):
    asha.keyboard_shortcuts = False
    asha.save(update_fields=["keyboard_shortcuts"])
    page = open_browser(asha)
    page.goto("/settings/")

    page.keyboard.press("?")

    assert page.locator("#keys").count() == 0
