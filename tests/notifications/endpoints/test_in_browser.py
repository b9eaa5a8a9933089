"""The pages of endpoints in a browser: by keyboard, clean for axe, light, dark, narrow."""

import pytest

from notifications.models import Endpoint
from tests.browser import PHONE, accessibility_findings, keep_picture
from tests.notifications.endpoints.conftest import CLOSED

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def some(endpoint_of, admin_person, taker, told, asha):
    """Two endpoints, one of them given up, and something in the log."""
    taker.answers = [(503,)]
    made = endpoint_of(admin_person, organisation=True)
    told(CLOSED)
    endpoint_of(admin_person, organisation=True, dialect="TEAMS", name="Exam office")
    Endpoint.objects.filter(name="Exam office").update(
        status="DISABLED", disabled_because="It answered that it is gone (410)."
    )
    return made


@pytest.mark.parametrize(
    "look", [{}, {"scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "narrow"]
)
def test_axe_finds_nothing(open_browser, some, admin_person, look):
    page = open_browser(admin_person, **look)

    for name, path in {
        "own": "/notifications/endpoints/",
        "all": "/notifications/endpoints/?of=organisation",
        "one": f"/notifications/endpoints/{some.pk}/",
    }.items():
        page.goto(path)
        assert accessibility_findings(page) == []
        keep_picture(page, f"endpoints-{name}-{page.viewport_size['width']}-{look.get('scheme')}")


def test_one_is_added_by_keyboard_alone(open_browser, asha, taker):
    page = open_browser(asha)
    page.goto("/notifications/endpoints/")

    page.get_by_label("Name").focus()
    page.keyboard.type("My lamp")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(taker.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Add it").focus()
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="The secret of “My lamp”").wait_for()
    assert accessibility_findings(page) == []
    made = Endpoint.objects.get()
    assert (made.name, len(made.kinds)) == ("My lamp", 1)


def test_the_answer_to_a_test_comes_by_itself(open_browser, endpoint_of, asha, taker, deliver_all):
    made = endpoint_of(asha)
    page = open_browser(asha)
    page.goto(f"/notifications/endpoints/{made.pk}/")

    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("On its way", exact=True).wait_for()
    deliver_all()

    page.get_by_text("Taken", exact=True).wait_for()
