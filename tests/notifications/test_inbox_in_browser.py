"""The list of notifications in a real browser: by mouse, by keys, without scripts, and in looks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notification
from notifications.services import Step, take_step
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture
from tests.notifications.conftest import CLOSED, assigned_to, decided_by, new_task

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
URL = "/notifications/"
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
TITLES = (
    "Which gas law relates pressure and volume?",
    "A train leaves at noon with 60 km/h; when does the second one, which leaves an hour later with"
    " 90 km/h, catch up with it, and how far from the station is that?",
    "Name the capital of Mongolia.",
    "Was ist die Ableitung von sin(x)²?",
    "Explain why the sky is blue at noon and red at dusk.",
    "Balance: C₃H₈ + O₂ → CO₂ + H₂O",
    "Which poet wrote “The Waste Land”?",
)


@pytest.fixture
def all_sorts(told, asha, ada):
    """Something of every look in each box."""
    soon = (timezone.now() + timedelta(minutes=40)).isoformat(timespec="minutes")
    told(*[new_task(asha, question_title=title) for title in TITLES])
    told(new_task(asha, question_title=TITLES[4], due_at=soon, group="Physics panel"))
    told(assigned_to(asha, ada, question_title=TITLES[3]))
    told(decided_by(ada), actor=ada.as_actor())
    told(CLOSED.__class__(**{**CLOSED.payload(), "requester_id": str(asha.id)}))
    told(assigned_to(asha, task_id=str(ada.id)), assigned_to(asha, task_id=str(ada.id)))
    ids = list(Notification.objects.of(asha.pk).order_by("id").values_list("pk", flat=True))
    steps = (
        (Step.READ, ids[0], None),
        (Step.ARCHIVE, ids[1], None),
        (Step.SNOOZE, ids[2], timezone.now() + timedelta(days=2)),
        (Step.READ, ids[5], None),
    )
    for step, key, until in steps:
        take_step(step, ids=[key], person_id=asha.pk, until=until)
    Notification.objects.filter(pk=ids[3]).update(seen_at=timezone.now())
    return ids


@pytest.fixture
def three(told, asha):
    """Three unread ones of Asha's, the newest first, as the list shows them."""
    told(*[new_task(asha, question_title=title) for title in TITLES[:3]])
    return list(Notification.objects.newest_first().values_list("pk", flat=True))


@pytest.fixture
def page(open_browser, asha, three):
    page = open_browser(asha)
    page.goto(URL)
    return page


def shown(page):
    return [int(row.get_attribute("data-id")) for row in page.locator("[data-row]").all()]


def state(key):
    return Notification.objects.get(pk=key).state


def until(page, condition):
    for _ in range(50):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never came true.")


def row(page, key):
    return page.locator(f"#notification-{key}")


def toast(page):
    return page.locator("[data-toasts] [data-said]")


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize("box", ["inbox", "unread", "snoozed", "archived"])
def test_axe_finds_nothing_in_any_box(open_browser, all_sorts, asha, box, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(f"{URL}?box={box}")

    keep_picture(page, f"notifications-{box}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_in_menu_and_message(open_browser, all_sorts, asha, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(URL)
    page.locator("[data-row] [data-act=e]").first.click()
    toast(page).wait_for()
    page.locator("[data-row] input").first.check()
    keep_picture(page, f"notifications-done-{size['width']}-{scheme}")
    page.locator("[data-snooze]").first.click()

    keep_picture(page, f"notifications-snooze-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_where_nothing_is(open_browser, asha, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(URL)

    keep_picture(page, f"notifications-empty-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


def test_marking_as_read_changes_the_row_in_place(page, three):
    before = row(page, three[1]).bounding_box()["y"], row(page, three[2]).bounding_box()["y"]
    row(page, three[1]).get_by_role("button", name="Mark as read").click()
    row(page, three[1]).get_by_role("button", name="Mark as unread").wait_for()

    assert state(three[1]) == "READ"
    after = row(page, three[1]).bounding_box()["y"], row(page, three[2]).bounding_box()["y"]
    assert after == pytest.approx(before, abs=1)
    assert page.get_by_role("link", name="Notifications, 2 unread").is_visible()
    assert page.locator(".head").inner_text().startswith("Notifications\n2 unread")


def test_archiving_takes_the_row_away_and_undoing_brings_it_back_to_its_place(page, three):
    row(page, three[1]).get_by_role("button", name="Archive").click()
    row(page, three[1]).wait_for(state="detached")
    assert (shown(page), state(three[1])) == ([three[0], three[2]], "ARCHIVED")

    page.get_by_role("button", name="Undo").click()
    row(page, three[1]).wait_for()

    assert (shown(page), state(three[1])) == (three, "SEEN")


def test_several_are_archived_at_once(page, three):
    for key in three[:2]:
        row(page, key).get_by_role("checkbox").check()
    page.locator("[data-picked-bar]").get_by_role("button", name="Archive").click()
    row(page, three[0]).wait_for(state="detached")

    assert shown(page) == three[2:]
    assert toast(page).inner_text() == "2 archived."
    assert page.locator("[data-picked]").inner_text() == "0"


def test_an_emptied_list_says_so_and_fills_again(page, three):
    page.get_by_label("Select all on this page").check()
    page.locator("[data-picked-bar]").get_by_role("button", name="Archive").click()
    page.get_by_role("heading", name="Your inbox is empty").wait_for()

    page.get_by_role("button", name="Undo").click()
    row(page, three[0]).wait_for()

    assert shown(page) == three


def test_one_is_put_off_until_tomorrow(page, three):
    row(page, three[0]).get_by_role("button", name="Snooze").click()
    page.get_by_role("button", name="Tomorrow").click()
    row(page, three[0]).wait_for(state="detached")

    assert state(three[0]) == "SNOOZED"
    assert [state(key) for key in three[1:]] == ["UNSEEN", "UNSEEN"]


def test_one_is_put_off_to_a_time_of_ones_own(page, three):
    at = (timezone.now() + timedelta(days=5)).replace(second=0, microsecond=0)
    row(page, three[0]).get_by_role("button", name="Snooze").click()
    page.get_by_label("At a time of your own").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_label("At a time of your own").press("Enter")
    row(page, three[0]).wait_for(state="detached")

    assert Notification.objects.get(pk=three[0]).snoozed_until == at


def test_all_of_it_goes_by_keys(page, three):
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("u")
    until(page, lambda: state(three[1]) == "READ")
    page.keyboard.press("e")
    row(page, three[1]).wait_for(state="detached")
    assert (
        row(page, three[2]).locator(".what > a").evaluate("each => each === document.activeElement")
    )

    page.keyboard.press("z")
    row(page, three[1]).wait_for()
    page.keyboard.press("k")
    page.keyboard.press("h")
    page.get_by_role("button", name="Next week").click()
    until(page, lambda: "SNOOZED" in [state(key) for key in three])

    assert page.locator(":popover-open").count() == 0


def test_keys_act_on_all_that_are_ticked(page, three):
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("e")
    row(page, three[0]).wait_for(state="detached")

    assert shown(page) == three[2:]


def test_the_enter_key_on_a_box_does_nothing(page, three):
    row(page, three[0]).get_by_role("checkbox").check()
    row(page, three[0]).get_by_role("checkbox").press("Enter")
    page.wait_for_timeout(300)

    assert {state(key) for key in three} <= {"UNSEEN", "SEEN"}


def test_keys_do_nothing_for_whoever_switched_them_off(open_browser, asha, three):
    asha.keyboard_shortcuts = False
    asha.save(update_fields=["keyboard_shortcuts"])
    page = open_browser(asha)
    page.goto(URL)

    row(page, three[0]).locator(".what > a").focus()
    page.keyboard.press("e")
    page.wait_for_timeout(300)

    assert shown(page) == three


def test_what_was_in_sight_for_a_second_is_seen(page, three):
    assert {state(key) for key in three} == {"UNSEEN"}

    until(page, lambda: {state(key) for key in three} == {"SEEN"})


def test_what_is_further_down_is_not_seen(open_browser, told, asha):
    told(*[new_task(asha) for _ in range(25)])
    page = open_browser(asha)
    page.goto(URL)

    until(page, lambda: Notification.objects.filter(seen_at=None).count() < 25)

    assert Notification.objects.filter(seen_at=None).count() > 5


def test_all_of_it_works_without_scripts(open_browser, asha, three):
    page = open_browser(asha, javascript=False)
    page.goto(URL)

    row(page, three[0]).get_by_role("button", name="Mark as read").click()
    row(page, three[1]).get_by_role("button", name="Archive").click()
    assert shown(page) == [three[0], three[2]]
    page.get_by_role("button", name="Undo").click()

    assert shown(page) == three
    assert [state(key) for key in three] == ["READ", "SEEN", "UNSEEN"]


def test_marking_all_as_read_can_be_undone(page, three):
    page.get_by_role("button", name="Mark all as read").click()
    page.get_by_text("3 marked as read.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Notifications, 3 unread").wait_for()

    assert Notification.objects.unread().count() == 3
