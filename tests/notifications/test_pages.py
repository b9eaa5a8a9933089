"""The list behind the bell: what, why, and read or not. Only a POST changes anything."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Notification, PersonSettings
from notifications.services import Step, take_step
from tests.notifications.conftest import TASK, TITLE, assigned_to, decided_by, new_task

pytestmark = pytest.mark.django_db
URL = "/notifications/"
POSTED = ("act", "undo", "seen", "read")


@pytest.fixture
def as_asha(client, asha):
    client.force_login(asha)
    return client


def shown(response):
    return [row.told.pk for row in response.context["rows"]]


def test_the_list_says_what_and_why(told, as_asha, asha):
    told(assigned_to(asha))

    text = as_asha.get(URL).content.decode()

    assert f'href="/tasks/{TASK}/"' in text
    assert f"Please decide: {TITLE}" in text
    assert "You get this because you are asked to decide this question." in text


def test_the_bell_and_the_list_count_alike(told, as_asha, asha):
    told(new_task(asha), new_task(asha))

    response = as_asha.get(URL)

    assert response.context["unread_count"] == 2
    assert len(as_asha.get(URL, {"box": "unread"}).context["rows"]) == 2
    assert "Notifications, 2 unread" in response.content.decode()


def test_reading_the_list_changes_nothing(told, as_asha, asha):
    told(assigned_to(asha))

    for box in ("", "unread", "snoozed", "archived"):
        as_asha.get(URL, {"box": box})
    as_asha.get(f"{URL}rows/", {"id": Notification.objects.get().pk})

    assert Notification.objects.get().state == "UNSEEN"


def test_a_read_one_is_no_longer_unread(told, as_asha, asha):
    told(new_task(asha), new_task(asha))
    first = Notification.objects.earliest("id")

    response = as_asha.post(f"{URL}{first.pk}/read/")

    assert response.headers["Location"] == URL
    assert shown(as_asha.get(URL, {"box": "unread"})) == [Notification.objects.latest("id").pk]


def test_a_row_changes_place_by_its_button(told, as_asha, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()

    response = as_asha.post(f"{URL}act/", {"act": f"ARCHIVE:{row.pk}", "box": "unread"})

    assert response.headers["Location"] == f"{URL}?box=unread"
    assert shown(as_asha.get(URL, {"box": "archived"})) == [row.pk]
    assert shown(as_asha.get(URL)) == []


def test_the_next_page_says_what_was_done_and_takes_it_back(told, as_asha, asha):
    told(new_task(asha), new_task(asha))
    ids = list(Notification.objects.values_list("pk", flat=True))
    as_asha.post(f"{URL}act/", {"act": "ARCHIVE", "id": ids})

    bar = as_asha.get(URL).context["undo"]
    as_asha.post(f"{URL}undo/", {"undo": bar["token"]})

    assert bar["said"] == "2 archived."
    assert Notification.objects.inbox().count() == 2
    assert as_asha.get(URL).context["undo"]["said"] == "Undone."
    assert as_asha.get(URL).context["undo"] is None


def test_what_was_done_is_said_once(told, as_asha, asha):
    told(assigned_to(asha))
    as_asha.post(f"{URL}read/")

    assert as_asha.get(URL).context["undo"]["said"] == "1 marked as read."
    assert as_asha.get(URL).context["undo"] is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "ARCHIVE"}, "Select a notification first."),
        ({"act": "EAT", "id": "1"}, "Choose what to do."),
        ({"act": "SNOOZE:own", "id": "1", "own": "soon"}, "Say until when."),
        ({"act": "SNOOZE:own", "id": "1", "own": "2020-01-01T10:00"}, "within the next year"),
        ({"act": "READ:1"}, "There is no such notification."),
    ],
    ids=["none", "unknown", "no-time", "past", "nobodys"],
)
def test_what_makes_no_sense_is_refused_in_words(as_asha, sent, said):
    response = as_asha.post(f"{URL}act/", sent, follow=True)
    by_script = as_asha.post(f"{URL}act/", sent, headers={"HX-Request": "true"})

    assert said in response.content.decode()
    assert (by_script.status_code, said in by_script.content.decode()) == (422, True)


def test_a_time_of_ones_own_is_by_ones_own_clock(told, as_asha, asha):
    told(assigned_to(asha))
    PersonSettings.objects.create(person=asha, time_zone="Asia/Kolkata")
    morning = (timezone.now() + timedelta(days=3)).replace(hour=2, minute=30, second=0)

    as_asha.post(
        f"{URL}act/",
        {
            "act": "SNOOZE:own",
            "id": Notification.objects.get().pk,
            "own": f"{morning:%Y-%m-%dT08:00}",
        },
    )

    assert Notification.objects.get().snoozed_until == morning.replace(microsecond=0)


def test_a_script_gets_the_rows_as_they_are_now(told, as_asha, asha):
    told(new_task(asha), new_task(asha))
    first, second = Notification.objects.order_by("id")

    response = as_asha.post(
        f"{URL}act/", {"act": f"READ:{first.pk}"}, headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert 'data-count="1"' in text
    assert f'id="notification-{first.pk}"' in text
    assert f'id="notification-{second.pk}"' not in text
    assert "Mark as unread" in text


def test_rows_are_shown_again_wherever_they_are_and_what_is_newer(told, as_asha, asha):
    told(*[new_task(asha) for _ in range(4)])
    first, second, third, fourth = Notification.objects.order_by("id")
    take_step(Step.ARCHIVE, ids=[first.pk], person_id=asha.pk)

    response = as_asha.get(f"{URL}rows/", {"id": [first.pk, "x", 10**20], "after": second.rank})

    assert shown(response) == [first.pk, fourth.pk, third.pk]
    assert [row.here for row in response.context["rows"]] == [False, True, True]
    assert [row.elsewhere for row in response.context["rows"]] == ["Archived", "", ""]


def test_nobody_is_shown_anothers_rows(told, as_asha, ada):
    told(new_task(ada))

    assert shown(as_asha.get(f"{URL}rows/", {"id": Notification.objects.get().pk})) == []


def test_what_was_in_sight_is_seen_and_still_unread(told, as_asha, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()

    answer = as_asha.post(f"{URL}seen/", {"id": [row.pk, "x"]})

    assert answer.status_code == 204
    assert Notification.objects.unread().get().state == "SEEN"


def test_a_row_that_was_handled_says_by_whom_and_offers_no_reading(told, as_asha, asha, ada):
    told(assigned_to(asha, ada))
    told(decided_by(ada), actor=ada.as_actor())

    response = as_asha.get(URL)

    (row,) = response.context["rows"]
    assert "Ada Okafor approved it." in response.content.decode()
    assert [act.step for act in row.acts] == ["ARCHIVE"]
    assert response.context["unread_count"] == 0


def test_an_unknown_list_is_not_found(as_asha):
    assert as_asha.get(URL, {"box": "bin"}).status_code == 404


def test_all_are_read_at_once(told, as_asha, asha, ada):
    told(new_task(asha, ada), new_task(asha))

    as_asha.post(f"{URL}read/")

    assert list(Notification.objects.unread().values_list("recipient__email", flat=True)) == [
        ada.email
    ]


def test_somebody_elses_is_not_found(told, client, asha, cleo):
    told(assigned_to(asha))
    client.force_login(cleo)

    assert shown(client.get(URL)) == []
    assert client.post(f"{URL}{Notification.objects.get().pk}/read/").status_code == 404
    assert Notification.objects.get().read_at is None


@pytest.mark.parametrize("address", [f"{URL}{each}/" for each in ("1/read", *POSTED)])
def test_reading_by_get_is_refused(as_asha, address):
    assert as_asha.get(address).status_code == 405


def test_reading_without_the_pages_own_token_is_refused(told, asha):
    told(assigned_to(asha))
    client = Client(enforce_csrf_checks=True)
    client.force_login(asha)

    assert client.post(f"{URL}read/").status_code == 403


def test_a_long_list_has_pages(told, as_asha, asha):
    told(*[new_task(asha) for _ in range(30)])

    first = as_asha.get(URL)
    second = as_asha.get(URL + first.context["next_url"])

    assert (len(shown(first)), len(shown(second))) == (25, 5)
    assert (first.context["is_newest"], second.context["is_newest"]) == (True, False)


def test_a_cursor_from_elsewhere_leads_nowhere(as_asha):
    assert as_asha.get(URL, {"cursor": "elsewhere"}).status_code == 404


@pytest.mark.parametrize("place", ["", "rows/"])
def test_whoever_is_not_signed_in_is_asked_to(client, place):
    assert client.get(URL + place).status_code == 302


@pytest.mark.parametrize("place", POSTED)
def test_whoever_is_not_signed_in_changes_nothing(client, place):
    assert client.post(f"{URL}{place}/").headers["Location"].startswith("/sign-in/")


def test_the_page_costs_few_queries(told, as_asha, asha, django_assert_max_num_queries):
    told(*[new_task(asha) for _ in range(30)])

    with django_assert_max_num_queries(8):
        as_asha.get(URL)


def test_the_admin_shows_them_and_changes_none(told, client, asha, admin_person):
    told(assigned_to(asha))
    client.force_login(admin_person)
    address = f"/admin/notifications/notification/{Notification.objects.get().pk}"

    assert client.get("/admin/notifications/notification/").status_code == 200
    assert client.post(f"{address}/change/", {}).status_code == 403
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
