"""People see to their endpoints on pages: made, tried, changed, read."""

import pytest

from notifications.models import Endpoint, Message
from tests.notifications.endpoints.conftest import CLOSED, messages

pytestmark = pytest.mark.django_db
URL = "/notifications/endpoints/"


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def fields(taker, **more):
    return {"name": "Lamp", "format": "STANDARD", "url": taker.url, **more}


def place(endpoint, verb=""):
    return f"{URL}{endpoint.pk}/" + (f"{verb}/" if verb else "")


def test_one_is_made_and_its_secret_shown_once(as_person, asha, taker):
    page = as_person(asha).post(URL, fields(taker, kinds=["TASK_ASSIGNED"]))

    made = Endpoint.objects.get()
    assert page.status_code == 201
    assert b"whsec_" in page.content
    assert (made.owner, made.name, made.kinds) == (asha, "Lamp", ["TASK_ASSIGNED"])
    assert b"whsec_" not in as_person(asha).get(URL).content


def test_what_is_refused_is_said_beside_the_field(as_person, asha, taker):
    page = as_person(asha).post(URL, fields(taker, url="http://10.0.0.1/"))

    assert page.status_code == 422
    assert b"The address leads to a network that is not open to the world." in page.content
    assert Endpoint.objects.count() == 0


def test_the_organisations_page_is_for_administrators(as_person, asha, admin_person, taker):
    assert as_person(asha).get(URL, {"of": "organisation"}).status_code == 403
    assert as_person(asha).post(f"{URL}?of=organisation", fields(taker)).status_code == 403

    as_person(admin_person).post(f"{URL}?of=organisation", fields(taker))
    assert Endpoint.objects.get().owner is None


def test_nobody_sees_somebody_elses(as_person, ada, asha, endpoint_of):
    own = endpoint_of(asha)

    client = as_person(ada)
    assert client.get(place(own)).status_code == 404
    assert client.get(place(own, "log")).status_code == 404
    for verb in ("on", "off", "test", "secret", "recover", "remove"):
        assert client.post(place(own, verb)).status_code == 404
    assert b"Bridge" not in client.get(URL).content


def test_nothing_changes_by_looking(as_person, asha, endpoint_of):
    own = endpoint_of(asha)

    for verb in ("on", "off", "test", "secret", "recover", "remove"):
        assert as_person(asha).get(place(own, verb)).status_code == 405
    assert Message.objects.count() == 0


def test_its_page_shows_what_was_sent_and_every_try(
    as_person, admin_person, organisations, taker, told
):
    taker.answers = [(503,)]
    told(CLOSED)

    page = as_person(admin_person).get(place(organisations)).content.decode()

    assert "approvals.request_closed" in page
    assert messages()[0].public_id in page
    assert "1 try" in page
    assert "The answer was 503." in page
    assert "Trying again" in page
    assert taker.url not in page


def test_a_page_that_waits_for_an_answer_looks_again(as_person, asha, endpoint_of, deliver_all):
    own = endpoint_of(asha)
    as_person(asha).post(place(own, "test"))

    waiting = as_person(asha).get(place(own, "log")).content
    deliver_all()
    done = as_person(asha).get(place(own, "log")).content

    assert b'hx-trigger="every 3s"' in waiting
    assert b"hx-trigger" not in done
    assert b"Taken" in done


def test_one_that_will_be_tried_in_hours_does_not(as_person, admin_person, organisations, told):
    told(CLOSED)
    Message.objects.update(status="WAITING", due_at="2100-01-01T00:00:00Z")

    page = as_person(admin_person).get(place(organisations, "log"))

    assert b"hx-trigger" not in page.content


def test_it_is_changed_and_the_address_stays_where_none_is_given(
    as_person, asha, endpoint_of, taker
):
    own = endpoint_of(asha)
    before = own.address

    page = as_person(asha).post(place(own), {"name": "Other", "url": "", "kinds": []})

    own.refresh_from_db()
    assert page.status_code == 302
    assert (own.name, own.address) == ("Other", before)


def test_a_new_secret_is_shown_once(as_person, asha, endpoint_of):
    own = endpoint_of(asha)

    page = as_person(asha).post(place(own, "secret"))

    assert page.status_code == 201
    assert b"whsec_" in page.content
    assert own.known.encode() not in page.content


def test_it_is_switched_off_on_and_removed(as_person, asha, endpoint_of):
    own = endpoint_of(asha)

    as_person(asha).post(place(own, "off"))
    assert Endpoint.objects.get().status == "DISABLED"
    as_person(asha).post(place(own, "on"))
    assert Endpoint.objects.get().status == "ACTIVE"
    assert as_person(asha).post(place(own, "remove")).url == URL
    assert Endpoint.objects.count() == 0


def test_one_message_is_sent_again(
    as_person, admin_person, organisations, taker, told, deliver_all
):
    told(CLOSED)
    as_person(admin_person).post(f"{place(organisations)}messages/{messages()[0].pk}/resend/")
    deliver_all()

    assert len(taker.got) == 2


def test_what_was_missed_is_recovered(as_person, admin_person, organisations, told, taker):
    client = as_person(admin_person)
    client.post(place(organisations, "off"))
    told(CLOSED)
    client.post(place(organisations, "on"))

    page = client.post(place(organisations, "recover"), {"since": "2020-01-01T00:00"}, follow=True)

    assert b"One message is on its way again." in page.content
    assert messages()[0].status == "WAITING"


def test_a_time_that_is_none_is_refused(as_person, admin_person, organisations):
    page = as_person(admin_person).post(place(organisations, "recover"), {"since": "soon"})

    assert page.status_code == 422


def test_one_we_switched_off_says_why(as_person, admin_person, organisations, taker, told):
    taker.answers = [(410,)]
    told(CLOSED)

    page = as_person(admin_person).get(place(organisations)).content.decode()

    assert "We switched it off. It answered that it is gone (410)." in page


def test_settings_lead_there(as_person, asha):
    assert URL.encode() in as_person(asha).get("/settings/").content
