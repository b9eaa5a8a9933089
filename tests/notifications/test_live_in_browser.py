"""The bell rings in an open page, through a real events process on another port."""

import pytest
from django.db.models.functions import Now

from notifications.models import Notification
from notifications.services import Step, mark_all_read, take_step, wake_snoozed
from tests.notifications.conftest import TASK, TITLE, assigned_to, decided_by, new_task
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


def row(page, notification):
    return page.locator(f"#notification-{notification.pk}")


def leave_alone(page):
    """Put pointer and focus where they are in nobody's way."""
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement.blur()")


def titles(page):
    return page.locator("[data-row] .what > a").all_inner_texts()


def test_a_row_that_another_handles_changes_where_it_is(page, told, asha, ada):
    told(assigned_to(asha, ada), new_task(asha))
    mine = Notification.objects.get(recipient=asha, cause=f"task:{TASK}")
    row(page, mine).wait_for()
    row(page, mine).get_by_role("checkbox").check()
    before = row(page, mine).bounding_box()["y"]

    told(decided_by(ada), actor=ada.as_actor())
    row(page, mine).get_by_text("Ada Okafor approved it.").wait_for()

    assert row(page, mine).bounding_box()["y"] == pytest.approx(before, abs=1)
    assert row(page, mine).get_by_role("checkbox").is_checked()
    assert page.locator("#announcer").inner_text().endswith("Ada Okafor approved it.")


def test_a_row_that_was_archived_elsewhere_says_so_and_stays(page, told, asha):
    told(assigned_to(asha))
    told_of = Notification.objects.get()
    row(page, told_of).wait_for()

    take_step(Step.ARCHIVE, ids=[told_of.pk], person_id=asha.pk)

    row(page, told_of).get_by_text("Archived").wait_for()
    row(page, told_of).get_by_role("button", name="Move to inbox").wait_for()


def test_what_comes_while_somebody_is_at_a_row_waits_until_asked_for(page, told, asha):
    told(assigned_to(asha, question_title="First"))
    first = Notification.objects.get()
    row(page, first).wait_for()
    row(page, first).hover()
    before = row(page, first).bounding_box()["y"]

    told(new_task(asha, question_title="Second"), new_task(asha, question_title="Third"))
    fresh = page.get_by_role("button", name="2 new notifications")
    fresh.wait_for()
    assert row(page, first).bounding_box()["y"] == before
    fresh.click()

    assert titles(page) == ["Please decide: Third", "Please decide: Second", "Please decide: First"]
    assert fresh.is_hidden()


def test_what_was_put_off_comes_back_to_the_top_by_itself(page, told, asha):
    told(assigned_to(asha, question_title="First"), new_task(asha, question_title="Second"))
    first = Notification.objects.get(title="Please decide: First")
    row(page, first).wait_for()
    row(page, first).get_by_role("button", name="Snooze").click()
    page.get_by_role("button", name="Tomorrow").click()
    row(page, first).wait_for(state="detached")
    leave_alone(page)
    page.wait_for_timeout(1100)

    Notification.objects.filter(pk=first.pk).update(snoozed_until=Now())
    wake_snoozed()
    row(page, first).wait_for()

    assert titles(page) == ["Please decide: First", "Please decide: Second"]


def test_what_happened_while_the_stream_was_broken_is_caught_up_with(page, told, asha, ada):
    told(assigned_to(asha, ada))
    told_of = Notification.objects.get(recipient=asha)
    row(page, told_of).wait_for()
    page.context.set_offline(True)
    page.wait_for_timeout(300)

    told(decided_by(ada), actor=ada.as_actor())
    page.context.set_offline(False)

    row(page, told_of).get_by_text("Ada Okafor approved it.").wait_for(timeout=15000)
