"""One-click unsubscribe as RFC 8058 wants it: a POST alone changes anything."""

import re

import pytest
from django.core import mail
from django.test import Client

from notifications.kinds import KINDS, Kind
from notifications.models import Default, Delivery, Notification, Preference
from notifications.services import unsubscribing
from outbox.models import Event
from tests.notifications.conftest import assigned_to
from tests.notifications.mail.conftest import delivery, notification, send_now

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(person, *kinds):
    kinds = kinds or (Kind.TASK_ASSIGNED,)
    return f"/notifications/unsubscribe/{unsubscribing.token(str(person.pk), kinds)}/"


def choices():
    return sorted(Preference.objects.values_list("kind", "channel", "mode"))


def test_the_headers_are_those_of_the_rfc(told, asha, on_our_site):
    told(assigned_to(asha))

    message = mail.outbox[0].message()
    link = re.fullmatch(r"<(https://imprimatur\.example\.org/\S+)>", message["List-Unsubscribe"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link[1].endswith(address(asha))


def test_the_address_in_the_header_works_as_it_stands(told, asha, client):
    told(assigned_to(asha))
    raw = mail.outbox[0].message().as_bytes()
    header = re.search(rb"\nList-Unsubscribe: ?((?:.*)(?:\r?\n[ \t].*)*)", raw)[1]
    link = re.sub(r"\s", "", header.decode()).strip("<>")

    answer = client.post("/" + link.split("/", 3)[3], ONE_CLICK)

    assert answer.status_code == 200
    assert choices() == [("TASK_ASSIGNED", "EMAIL", "OFF")]


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_program_needs_no_cookie_and_gets_no_redirect(asha, form):
    stranger = Client(enforce_csrf_checks=True)
    body = {
        "application/x-www-form-urlencoded": b"List-Unsubscribe=One-Click",
        "multipart/form-data": (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            b"One-Click\r\n--x--\r\n"
        ),
    }[form]
    kind = form + ("; boundary=x" if form.startswith("multipart") else "")

    answer = stranger.post(address(asha), body, content_type=kind)

    assert answer.status_code == 200
    assert choices() == [("TASK_ASSIGNED", "EMAIL", "OFF")]


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_address_changes_nothing(client, asha, method):
    answer = getattr(client, method)(address(asha))

    assert answer.status_code == 200
    assert choices() == []


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Yes"}, {"x": "One-Click"}])
def test_another_post_changes_nothing_and_says_what_is_wrong(client, asha, body):
    answer = client.post(address(asha), body)

    assert answer.status_code == 400
    assert "Send the field List-Unsubscribe with the value One-Click." in answer.content.decode()
    assert choices() == []


def test_the_page_says_what_would_stop(client, asha):
    text = client.get(address(asha, Kind.REQUEST_CLOSED)).content.decode()

    assert "Your request has an outcome" in text
    assert "You are still told in the product." in text


def test_mails_of_that_kind_that_wait_are_withdrawn(client, asha, ada):
    waiting = delivery(notification(asha))
    other_kind = delivery(notification(asha, "REQUEST_CLOSED"))
    others = delivery(notification(ada))

    client.post(address(asha), ONE_CLICK)

    found = {each.pk: each for each in Delivery.objects.all()}
    assert found[waiting.pk].status == "CANCELLED"
    assert found[waiting.pk].answer == "You unsubscribed from e-mails of this kind."
    assert {found[other_kind.pk].status, found[others.pk].status} == {"PENDING"}


def test_it_is_recorded_once(client, asha):
    client.post(address(asha), ONE_CLICK)
    client.post(address(asha), ONE_CLICK)

    (event,) = Event.objects.filter(name="notifications.unsubscribed")
    assert event.payload == {"user_id": str(asha.pk), "kinds": ["TASK_ASSIGNED"]}
    assert event.actor_label == "Asha Rao"


def test_a_digest_is_left_with_all_its_kinds(client, asha):
    client.post(address(asha, Kind.WATCHED, Kind.REQUEST_CLOSED), ONE_CLICK)

    assert choices() == [("REQUEST_CLOSED", "EMAIL", "OFF"), ("WATCHED", "EMAIL", "OFF")]


def test_it_can_be_taken_back(client, asha):
    client.post(address(asha), ONE_CLICK)

    answer = client.post(address(asha), {"List-Unsubscribe": "Undo"})

    assert answer.status_code == 200
    assert choices() == []
    assert Event.objects.filter(name="notifications.resubscribed").count() == 1


def test_taking_back_what_is_off_by_default_sends_it_at_once(client, asha):
    Preference.objects.create(person=asha, kind="TASK_TAKEN_AWAY", channel="EMAIL", mode="OFF")

    client.post(address(asha, Kind.TASK_TAKEN_AWAY), {"List-Unsubscribe": "Undo"})

    assert choices() == [("TASK_TAKEN_AWAY", "EMAIL", "NOW")]


def test_taking_back_what_was_never_stopped_changes_nothing(client, asha):
    client.post(address(asha), {"List-Unsubscribe": "Undo"})

    assert choices() == []
    assert not Event.objects.filter(name="notifications.resubscribed").exists()


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].critical])
def test_critical_mails_have_no_such_header(asha, kind):
    send_now(delivery(notification(asha, kind)))

    message = mail.outbox[0].message()
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (None, None)
    assert "unsubscribe" not in mail.outbox[0].body + mail.outbox[0].alternatives[0][0]


def test_locked_mails_have_no_such_header(asha):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="NOW", locked=True)

    send_now(delivery(notification(asha)))

    assert mail.outbox[0].message()["List-Unsubscribe"] is None


def test_what_was_locked_since_is_refused(client, asha):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="NOW", locked=True)

    answer = client.post(address(asha), ONE_CLICK)

    assert answer.status_code == 409
    assert "an administrator decided so" in answer.content.decode()
    assert choices() == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("cut", [1, 5, 20])
def test_an_address_that_was_cut_short_is_not_found(client, asha, method, cut):
    link = address(asha)[: -1 - cut] + "/"

    answer = getattr(client, method)(link, ONE_CLICK)

    assert answer.status_code == 404
    assert "This address is not whole." in answer.content.decode()
    assert choices() == []


def test_another_persons_id_under_the_same_signature_is_not_found(client, asha, ada):
    signature = unsubscribing.token(str(asha.pk), [Kind.TASK_ASSIGNED]).partition(".")[2]
    payload = unsubscribing.token(str(ada.pk), [Kind.TASK_ASSIGNED]).partition(".")[0]

    answer = client.post(f"/notifications/unsubscribe/{payload}.{signature}/", ONE_CLICK)

    assert answer.status_code == 404
    assert choices() == []


def test_nobody_who_left_can_be_chosen_for(client, asha):
    asha.is_active = False
    asha.save(update_fields=["is_active"])

    assert client.post(address(asha), ONE_CLICK).status_code == 404
    assert choices() == []


def test_no_mail_of_that_kind_comes_any_more(told, client, asha, ada):
    client.post(address(asha), ONE_CLICK)

    told(assigned_to(asha, ada))

    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    assert Notification.objects.filter(recipient=asha).count() == 1


def test_after_it_is_taken_back_mails_come_again(told, client, asha):
    client.post(address(asha), ONE_CLICK)
    client.post(address(asha), {"List-Unsubscribe": "Undo"})

    told(assigned_to(asha))

    assert [message.to for message in mail.outbox] == [["asha@example.com"]]
