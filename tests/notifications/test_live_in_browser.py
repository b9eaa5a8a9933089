"""The bell rings in an open page, through a real events process on another port."""

import pytest

from notifications.services import mark_all_read
from tests.notifications.conftest import TITLE, assigned_to
from tests.notifications.live import EventsServer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_browser, asha, settings):
    """Asha's list of notifications, open and listening."""
    server = EventsServer()
    settings.EVENTS_PORT = server.port
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    origin = f"http://localhost:{server.port}"
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": policy | {"connect-src": [*policy["connect-src"], origin]}
    }
    page = open_browser(asha)
    with page.expect_response(f"{origin}/events/"):
        page.goto("/notifications/")
    yield page
    server.stop()


def test_the_bell_rings_and_the_list_grows(page, told, asha):
    told(assigned_to(asha))

    page.get_by_role("link", name="Notifications, 1 unread").wait_for(timeout=3000)
    page.get_by_role("link", name=f"Please decide: {TITLE}", exact=True).wait_for(timeout=3000)


def test_the_bell_falls_silent_when_all_is_read_elsewhere(page, told, asha):
    told(assigned_to(asha))
    page.get_by_role("link", name="Notifications, 1 unread").wait_for(timeout=3000)

    mark_all_read(person_id=asha.pk)

    page.get_by_role("link", name="Notifications", exact=True).wait_for(timeout=3000)
