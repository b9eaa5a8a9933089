"""Other services have people told: strictly read, once stored, with a link to our site only."""

from uuid import uuid4

import pytest

from notifications.consumers import check_wish, take_wishes
from notifications.models import Notification
from outbox.events import Permanent
from outbox.models import Event

ID = "0198c6a2-7d1e-7c3a-9d55-2f6f0c9d1a11"


def wish(**fields):
    """A notification that the billing service asks for; fields that are None are left out."""
    whole = {
        "id": ID,
        "source": "billing",
        "recipient": "asha@example.com",
        "title": "Your invoice is there",
        "text": "It is for November.",
        "url": "/requests/?page=2",
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


def test_a_wish_becomes_a_notification_that_says_who_asked(asha):
    take_wishes({"m-1": wish()})

    told = Notification.objects.get()
    assert told.recipient == asha
    assert (told.kind, told.title) == ("FROM_SERVICE", "Your invoice is there")
    assert (told.body, told.url) == ("It is for November.", "/requests/?page=2")
    assert told.reason == "You get this because the service billing asked us to tell you."


def test_people_go_by_id_or_by_address_in_any_case(asha, ben):
    take_wishes(
        {
            "m-1": wish(id=str(uuid4()), recipient=str(ben.pk)),
            "m-2": wish(id=str(uuid4()), recipient="ASHA@example.com"),
        }
    )

    assert set(Notification.objects.values_list("recipient", flat=True)) == {asha.pk, ben.pk}


def test_the_same_wish_again_is_told_once(asha):
    take_wishes({"m-1": wish(), "m-2": wish()})
    take_wishes({"m-3": wish(title="Another title")})

    assert Notification.objects.get().title == "Your invoice is there"


def test_the_same_id_of_another_service_is_another_wish(asha):
    take_wishes({"m-1": wish(), "m-2": wish(source="library")})

    assert Notification.objects.count() == 2


def test_no_mail_falls_due(asha):
    take_wishes({"m-1": wish()})

    assert not Event.objects.filter(name="notifications.email_due").exists()


def test_the_page_shows_it(client, asha):
    take_wishes({"m-1": wish(title="<b>Your</b> invoice")})
    client.force_login(asha)

    text = client.get("/notifications/").content.decode()

    assert "&lt;b&gt;Your&lt;/b&gt; invoice" in text
    assert 'href="/requests/?page=2"' in text


def test_somebody_unknown_is_refused_for_good(asha):
    with pytest.raises(Permanent, match="Nobody here has the recipient"):
        take_wishes({"m-1": wish(recipient="nobody@example.com")})

    assert not Notification.objects.exists()


def test_somebody_who_left_is_not_told(asha):
    asha.is_active = False
    asha.save()

    take_wishes({"m-1": wish()})

    assert not Notification.objects.exists()


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
        check_wish(wish(url=url))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": "7"}, "id must be a UUID."),
        ({"title": None}, "A notification lacks title."),
        ({"html": "<p>"}, "A notification must not have html."),
        ({"title": "x" * 256}, "title must be text of 1 to 255 characters."),
        ({"text": 7}, "text must be text of 0 to 2000 characters."),
        ({"source": "Billing"}, "source must be a service's name in lower case."),
        ({"recipient": "asha"}, "recipient must be a person's id or e-mail address."),
        ({"recipient": "a b@example"}, "recipient must be a person's id or e-mail address."),
    ],
    ids=["id", "no title", "another field", "long", "number", "source", "name", "no address"],
)
def test_a_malformed_wish_is_refused_for_good(fields, reason):
    with pytest.raises(Permanent) as refusal:
        check_wish(wish(**fields))

    assert str(refusal.value) == reason
