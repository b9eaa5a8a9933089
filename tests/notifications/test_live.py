"""What is told reaches the open page at once, and a page that was away misses nothing."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.models import Notification
from notifications.services import Step, mark_all_read, take_step, wake_snoozed
from tests.notifications.conftest import TASK, TITLE, assigned_to, decided_by, new_task
from tests.notifications.live import EventsServer, Page

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture(scope="module")
def server(django_db_setup):
    server = EventsServer()
    yield server
    server.stop()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def cookies(client):
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def open_page(server):
    pages = []

    def opened(person, *, settled=True, **headers):
        page = Page(server, cookies(signed_in(person)), **headers)
        pages.append(page)
        assert page.status == 200
        if settled:
            page.event("unread")
        return page

    yield opened
    for page in pages:
        page.close()


def test_a_notification_reaches_the_open_page(open_page, told, asha):
    page = open_page(asha)

    told(assigned_to(asha))

    row = Notification.objects.get()
    assert page.event() == {
        "id": row.pk,
        "unread": 1,
        "title": f"Please decide: {TITLE}",
        "url": f"/tasks/{TASK}/",
        "handled": "",
        "state": "UNSEEN",
    }


def test_nobody_else_hears_of_it(open_page, told, asha, cleo):
    page = open_page(cleo)

    told(assigned_to(asha))

    comments = [page.message() for _ in range(3)]
    assert comments == [{"": ""}] * 3


def test_every_page_of_a_person_hears_of_it(open_page, told, asha):
    first, second = open_page(asha), open_page(asha)

    told(assigned_to(asha))

    assert first.event()["unread"] == second.event()["unread"] == 1


def test_reading_in_one_page_changes_the_badge_in_another(open_page, told, asha):
    told(assigned_to(asha))
    page = open_page(asha)

    mark_all_read(person_id=asha.pk)

    told_of = page.event()
    assert (told_of["state"], told_of["unread"]) == ("READ", 0)


def test_a_page_that_was_away_gets_exactly_what_it_missed(open_page, told, asha):
    page = open_page(asha)
    told(assigned_to(asha))
    page.event()
    last = Notification.objects.get().position
    page.close()
    told(*[new_task(asha) for _ in range(120)])

    again = open_page(asha, settled=False, Last_Event_ID=str(last))

    missed = [again.event()["id"] for _ in range(120)]
    expected = Notification.objects.order_by("id").values_list("id", flat=True)[1:]
    assert missed == list(expected)


@pytest.fixture
def while_away(open_page, asha):
    """Close a page that has seen all, let things happen, and open it: what it hears then."""

    def run(*happenings, expect):
        last = Notification.objects.of(asha.pk).latest("position").position
        for happen in happenings:
            happen()
        again = open_page(asha, settled=False, Last_Event_ID=str(last))
        heard = [again.event() for _ in range(expect)]
        assert again.message() == {"": ""}, "Nothing follows but the heartbeat."
        return heard

    return run


def test_what_came_twice_while_away_is_replayed_once_as_it_is_now(while_away, told, asha):
    told(assigned_to(asha))

    (heard,) = while_away(
        lambda: told(assigned_to(asha, question_title="Second")),
        lambda: told(assigned_to(asha, question_title="Third")),
        expect=1,
    )

    row = Notification.objects.get()
    assert (heard["id"], heard["title"], row.times) == (row.pk, "Please decide: Third", 3)


def test_what_was_settled_while_away_is_replayed_with_who_did_it(while_away, told, asha, ada):
    told(assigned_to(asha, ada))

    (heard,) = while_away(lambda: told(decided_by(ada), actor=ada.as_actor()), expect=1)

    assert (heard["handled"], heard["unread"]) == ("Ada Okafor approved it.", 0)


def test_what_came_and_was_settled_while_away_is_replayed_settled(while_away, told, asha, ada):
    told(new_task(asha))

    (heard,) = while_away(
        lambda: told(assigned_to(asha, ada)),
        lambda: told(decided_by(ada), actor=ada.as_actor()),
        expect=1,
    )

    assert (heard["handled"], heard["unread"]) == ("Ada Okafor approved it.", 1)


def test_what_was_read_archived_or_put_off_elsewhere_is_replayed(while_away, told, asha):
    told(*[new_task(asha) for _ in range(4)])
    first, second, third, _ = Notification.objects.order_by("id").values_list("pk", flat=True)

    heard = while_away(
        lambda: take_step(Step.READ, ids=[second], person_id=asha.pk),
        lambda: take_step(Step.ARCHIVE, ids=[first], person_id=asha.pk),
        lambda: take_step(Step.SNOOZE, ids=[third], person_id=asha.pk, until=TOMORROW),
        expect=3,
    )

    assert [(each["id"], each["state"], each["unread"]) for each in heard] == [
        (second, "READ", 1),
        (first, "ARCHIVED", 1),
        (third, "SNOOZED", 1),
    ]


def test_what_woke_while_away_is_replayed_as_new(while_away, told, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()
    take_step(Step.SNOOZE, ids=[row.pk], person_id=asha.pk, until=TOMORROW)
    Notification.objects.update(snoozed_until=timezone.now())

    (heard,) = while_away(wake_snoozed, expect=1)

    assert (heard["id"], heard["state"], heard["unread"]) == (row.pk, "UNSEEN", 1)


def test_a_last_event_id_from_elsewhere_replays_nothing(open_page, told, asha):
    told(assigned_to(asha))

    page = open_page(asha, Last_Event_ID="999999999")
    told(assigned_to(asha))

    assert page.event()["id"] == Notification.objects.latest("id").pk


def test_the_stream_goes_on_after_the_database_connection_is_lost(open_page, told, asha):
    page = open_page(asha)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    told(assigned_to(asha))

    assert page.event()["unread"] == 1


def test_a_stream_ends_when_its_person_signs_out(server, asha):
    client = signed_in(asha)
    page = Page(server, cookies(client))

    client.logout()

    assert page.event("the end") is None


def test_a_stream_ends_when_its_person_is_shut_out(open_page, asha):
    page = open_page(asha)

    asha.is_active = False
    asha.save(update_fields=["is_active"])

    assert page.event("the end") is None


def test_a_stream_ends_when_the_password_changes(open_page, asha):
    page = open_page(asha)

    asha.set_password("another one")
    asha.save(update_fields=["password"])

    assert page.event("the end") is None


@pytest.mark.parametrize("sent", ["", "sessionid=", "sessionid=made-up", "other=1"])
def test_without_a_sign_in_there_is_no_stream(server, sent):
    assert Page(server, sent).status == 401


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/events", "GET", 404),
        ("/admin/", "GET", 404),
        ("/events/", "POST", 405),
    ],
)
def test_nothing_else_is_served(server, path, method, status):
    assert Page(server, path=path, method=method).status == status


def test_a_page_of_our_host_may_read_the_stream_from_another_port(open_page, asha):
    page = open_page(asha, Origin="http://127.0.0.1:8000")

    assert page.response.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:8000"
    assert page.response.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_host_may_not(server, asha, origin):
    page = Page(server, cookies(signed_in(asha)), Origin=origin)

    assert page.status == 403
    assert "Access-Control-Allow-Origin" not in page.response.headers


def test_a_host_that_is_not_ours_is_refused(server, asha):
    assert Page(server, cookies(signed_in(asha)), Host="evil.example").status == 400


def test_two_hundred_streams_stay_flat_in_memory_and_hear_at_once(server, told, asha, ada):
    sent = cookies(signed_in(asha))
    Page(server, sent).close()
    before = server.worker().memory_info().rss
    pages = [Page(server, sent) for _ in range(200)]
    for page in pages:
        page.event("unread")
    open_streams = server.worker().memory_info().rss

    started = time.monotonic()
    told(assigned_to(asha))
    heard = [page.event()["unread"] for page in pages]
    took = time.monotonic() - started
    for _ in range(20):
        told(*[new_task(asha) for _ in range(10)])
    for page in pages:
        assert [page.event() for _ in range(200)][-1]["unread"] == 201
    after = server.worker().memory_info().rss

    assert heard == [1] * 200
    assert took < 5  # seconds, on a machine that may be busy
    assert (open_streams - before) / 200 < 100_000
    assert after - open_streams < 15_000_000
    for page in pages:
        page.close()


def test_streams_whose_page_is_gone_are_let_go(server, asha):
    sent = cookies(signed_in(asha))
    pages = [Page(server, sent) for _ in range(20)]

    for page in pages:
        page.close()

    for _ in range(50):
        if not server.worker().net_connections(kind="tcp4") or not [
            each
            for each in server.worker().net_connections(kind="tcp4")
            if each.status in {"ESTABLISHED", "CLOSE_WAIT"} and each.laddr.port == server.port
        ]:
            return
        time.sleep(0.1)
    pytest.fail("Connections are still open.")
