"""Other services have people told: strictly read, told once, taken back, linking to our site."""

from uuid import uuid4

import pytest

from core import queues
from notifications.consumers import check_notices, take_notices
from notifications.models import HandedIn, Notification, Trace
from outbox.events import Permanent
from outbox.models import Event

ID = "0198c6a2-7d1e-7c3a-9d55-2f6f0c9d1a11"


def notice(**fields):
    """A notification that the billing service hands in; fields that are None are left out."""
    whole = {
        "id": ID,
        "source": "billing",
        "recipient": "asha@example.com",
        "title": "Your invoice is there",
        "text": "It is for November.",
        "url": "/requests/?page=2",
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


def taking_back(**fields):
    return {"id": ID, "source": "billing", "taken_back": "It was paid.", **fields}


@pytest.fixture
def take(deliver_all):
    """Take these messages in, one call for each list of bodies, and deliver what comes of them."""

    def run(*calls):
        for bodies in calls:
            take_notices({str(uuid4()): body for body in bodies})
            deliver_all()

    return run


def test_it_becomes_a_notification_that_says_who_asked(take, asha):
    take([notice()])

    told = Notification.objects.get()
    assert told.recipient == asha
    assert (told.kind, told.title) == ("FROM_SERVICE", "Your invoice is there")
    assert (told.body, told.url) == ("It is for November.", "/requests/?page=2")
    assert told.reason == "You get this because the service billing asked us to tell you."


def test_the_trace_names_the_rule_and_the_event(take, asha):
    take([notice()])

    trace = Trace.objects.get()
    assert trace.rule == "handed-in"
    assert trace.event_id == Event.objects.get(name="notifications.handed_in").uuid


def test_people_go_by_id_or_by_address_in_any_case(take, asha, ben):
    take(
        [
            notice(id=str(uuid4()), recipient=str(ben.pk)),
            notice(id=str(uuid4()), recipient="ASHA@example.com"),
        ]
    )

    assert set(Notification.objects.values_list("recipient", flat=True)) == {asha.pk, ben.pk}


def test_the_same_again_is_told_once(take, asha):
    take([notice(), notice()], [notice(title="Another title")])

    told = Notification.objects.get()
    assert (told.title, told.times) == ("Your invoice is there", 1)


def test_the_same_id_for_somebody_else_is_told_to_nobody(take, asha, ben):
    take([notice()], [notice(recipient="ben@example.com")])

    assert Notification.objects.get().recipient == asha


def test_the_same_id_of_another_service_is_another_notification(take, asha):
    take([notice(), notice(source="library")])

    assert Notification.objects.count() == 2


def test_a_message_may_bring_a_hundred(take, asha):
    take([{"notifications": [notice(id=str(uuid4())) for _ in range(100)]}])

    assert Notification.objects.count() == 100


def test_no_mail_falls_due(take, asha):
    take([notice()])

    assert not Event.objects.filter(name="notifications.email_due").exists()


def test_what_is_taken_back_is_handled_and_says_why(take, asha):
    take([notice()], [taking_back()])

    told = Notification.objects.get()
    assert told.handled == "billing: It was paid."
    assert not told.is_unread


@pytest.mark.parametrize("together", [True, False], ids=["in one call", "one after the other"])
def test_what_is_taken_back_before_it_came_is_told_to_nobody(take, asha, together):
    take([taking_back(), notice()]) if together else take([taking_back()], [notice()])

    assert not Notification.objects.exists()


def test_taking_it_back_again_changes_nothing(take, asha):
    take([notice()], [taking_back()], [taking_back(taken_back="It was cancelled.")])

    assert Notification.objects.get().handled == "billing: It was paid."


def test_another_services_notification_cannot_be_taken_back(take, asha):
    take([notice()], [taking_back(source="library")])

    assert Notification.objects.get().handled == ""


def test_the_page_shows_it(take, client, asha):
    take([notice(title="<b>Your</b> invoice")])
    client.force_login(asha)

    text = client.get("/notifications/").content.decode()

    assert "&lt;b&gt;Your&lt;/b&gt; invoice" in text
    assert 'href="/requests/?page=2"' in text


def test_somebody_unknown_is_refused_for_good_with_all_that_came_along(asha):
    body = {"notifications": [notice(), notice(id=str(uuid4()), recipient="nobody@example.com")]}

    with pytest.raises(Permanent, match="Nobody here has the recipient"):
        take_notices({"m-1": body})

    assert not HandedIn.objects.exists()
    assert not Event.objects.filter(name="notifications.handed_in").exists()


def test_somebody_who_left_is_not_told(take, asha):
    asha.is_active = False
    asha.save()

    take([notice()])

    assert not Notification.objects.exists()
    assert Trace.objects.get().because == "LEFT"


def test_the_queues_former_name_leads_to_the_same_door():
    assert queues.handler("notifications-in") is queues.handler("notifications") is take_notices


def test_one_malformed_notification_spoils_its_message():
    with pytest.raises(Permanent) as refusal:
        check_notices({"notifications": [notice(), notice(id="7")]})

    assert str(refusal.value) == "notifications[1]: id must be a UUID."


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "requests/",
        "/with blank",
        "/line\nbreak",
        "",
        "/" + "x" * 255,
    ],
)
def test_a_link_that_leaves_our_site_is_refused(url):
    with pytest.raises(Permanent, match="url must be"):
        check_notices(notice(url=url))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": "7"}, "id must be a UUID."),
        (
            {"taken_back": "Paid."},
            "Taking a notification back must not have recipient, text, title, url.",
        ),
        ({"title": None}, "A notification lacks title."),
        ({"html": "<p>"}, "A notification must not have html."),
        ({"title": "x" * 256}, "title must be text of 1 to 255 characters."),
        ({"text": 7}, "text must be text of 0 to 2000 characters."),
        ({"source": "Billing"}, "source must be a service's name in lower case."),
        ({"recipient": "asha"}, "recipient must be a person's id or e-mail address."),
        ({"recipient": "a b@example"}, "recipient must be a person's id or e-mail address."),
    ],
    ids=[
        "id",
        "both",
        "no title",
        "another field",
        "long",
        "number",
        "source",
        "name",
        "no address",
    ],
)
def test_a_malformed_notification_is_refused_for_good(fields, reason):
    with pytest.raises(Permanent) as refusal:
        check_notices(notice(**fields))

    assert str(refusal.value) == reason
