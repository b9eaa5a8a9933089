"""Endpoints are people's own, or the organisation's for administrators; their secrets stay so."""

from threading import Thread

import pytest
from django.db import connection, transaction

from notifications.exceptions import (
    AddressRefused,
    EndpointNotFound,
    NotSigned,
    TooManyEndpoints,
    UnknownKind,
)
from notifications.models import Endpoint
from notifications.services import endpoints
from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.notifications.endpoints.conftest import CLOSED, messages

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hooks/of/somebody/T0K3N"


def stored(endpoint):
    return Endpoint.objects.filter(pk=endpoint.pk).values_list("address", "secret").get()


def test_address_and_secret_are_kept_locked(endpoint_of, asha):
    made = endpoint_of(asha, url=URL)

    kept = "".join(stored(made))
    assert made.known.startswith("whsec_")
    assert made.known.removeprefix("whsec_") not in kept
    assert "T0K3N" not in kept
    assert endpoints.ADDRESSES.unlocked(made.address) == URL
    assert endpoints.SECRETS.unlocked(made.secret) == made.known


def test_only_the_end_of_an_address_is_shown(endpoint_of, asha):
    assert endpoint_of(asha, url=URL).shown == "http://127.0.0.1:9/…0K3N"


def test_no_event_has_address_or_secret(endpoint_of, asha):
    made = endpoint_of(asha, url=URL)
    endpoints.rotate_secret(endpoint_id=made.pk, person=asha)
    endpoints.change_endpoint(
        endpoint_id=made.pk, person=asha, name="Other", url=f"{URL}-2", kinds=[]
    )

    said = str(list(Event.objects.values_list("payload", flat=True)))
    assert "whsec_" not in said
    assert "T0K3N" not in said


def test_a_secret_locked_for_one_purpose_opens_for_no_other(endpoint_of, asha):
    made = endpoint_of(asha)

    with pytest.raises(Exception, match="not locked with this key"):
        endpoints.ADDRESSES.unlocked(made.secret)


@pytest.mark.parametrize("dialect", ["SLACK", "TEAMS", "GOOGLE_CHAT"])
def test_chats_have_no_secret_but_their_address(endpoint_of, asha, dialect):
    made = endpoint_of(asha, dialect=dialect)

    assert (made.known, made.secret) == ("", "")
    with pytest.raises(NotSigned):
        endpoints.rotate_secret(endpoint_id=made.pk, person=asha)


def test_an_address_that_leads_inside_is_refused(endpoint_of, asha):
    with pytest.raises(AddressRefused):
        endpoint_of(asha, url="http://169.254.169.254/latest/")

    assert Endpoint.objects.count() == 0


def test_what_nothing_is_called_is_refused(endpoint_of, asha, admin_person):
    with pytest.raises(UnknownKind):
        endpoint_of(asha, kinds=["approvals.task_decided"])
    with pytest.raises(UnknownKind):
        endpoint_of(admin_person, organisation=True, kinds=["TASK_ASSIGNED"])


def test_a_person_has_five_at_the_most(endpoint_of, asha, ada):
    for _ in range(5):
        endpoint_of(asha)

    with pytest.raises(TooManyEndpoints):
        endpoint_of(asha)
    assert endpoint_of(ada)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("of_organisation", [False, True], ids=["own", "organisation"])
def test_two_at_once_do_not_both_take_the_last_place(admin_person, monkeypatch, of_organisation):
    def made(name):
        return endpoints.create_endpoint(
            person=admin_person,
            of_organisation=of_organisation,
            name=name,
            format=Endpoint.Format.SLACK,
            url=URL,
            kinds=[] if of_organisation else ["TASK_ASSIGNED"],
        )

    def late():
        try:
            made("the second")
        except TooManyEndpoints as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    for limit in ("MOST_OF_A_PERSON", "MOST_OF_THE_ORGANISATION"):
        monkeypatch.setattr(f"notifications.services.endpoints.managing.{limit}", 1)
    refused, second = [], Thread(target=late)
    with transaction.atomic():
        made("the first")
        second.start()
        wait_until_someone_waits_for_a_lock()
    second.join()

    assert len(refused) == 1
    assert Endpoint.objects.get().name == "the first"


@pytest.mark.parametrize("verb", ["switch_on", "switch_off", "remove_endpoint", "rotate_secret"])
def test_nobody_touches_somebody_elses(endpoint_of, asha, admin_person, verb):
    made = endpoint_of(asha)

    with pytest.raises(EndpointNotFound):
        getattr(endpoints, verb)(endpoint_id=made.pk, person=admin_person)
    assert Endpoint.objects.get() == made


def test_only_administrators_see_to_the_organisations(organisations, asha, admin_person):
    with pytest.raises(EndpointNotFound):
        endpoints.switch_off(endpoint_id=organisations.pk, person=asha)

    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)
    assert Endpoint.objects.get().status == "DISABLED"


def test_a_change_is_recorded_as_it_was_and_is(endpoint_of, asha):
    made = endpoint_of(asha)
    endpoints.change_endpoint(
        endpoint_id=made.pk, person=asha, name="Lamp", url="", kinds=["TASK_OVERDUE"]
    )

    changed = Event.objects.get(name="notifications.endpoint_changed").payload
    assert changed["before"] == {"name": "Bridge", "kinds": []}
    assert changed["after"] == {"name": "Lamp", "kinds": ["TASK_OVERDUE"]}


def test_a_change_of_nothing_is_no_event(endpoint_of, asha):
    made = endpoint_of(asha)
    endpoints.change_endpoint(endpoint_id=made.pk, person=asha, name="Bridge", url="", kinds=[])

    assert not Event.objects.filter(name="notifications.endpoint_changed").exists()


def test_another_address_begins_anew(endpoint_of, asha):
    made = endpoint_of(asha)
    Endpoint.objects.update(status="FAILING", failures=9, error="The answer was 500.")
    endpoints.change_endpoint(endpoint_id=made.pk, person=asha, name="Bridge", url=URL, kinds=[])

    made.refresh_from_db()
    assert (made.status, made.failures, made.error) == ("ACTIVE", 0, "")


def test_switching_twice_is_one_event(endpoint_of, asha):
    made = endpoint_of(asha)
    for _ in range(2):
        endpoints.switch_off(endpoint_id=made.pk, person=asha)
    for _ in range(2):
        endpoints.switch_on(endpoint_id=made.pk, person=asha)

    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names[1:] == [
        "notifications.endpoint_switched_off",
        "notifications.endpoint_switched_on",
    ]


def test_removing_forgets_what_was_sent(taker, organisations, told, admin_person):
    told(CLOSED)
    endpoints.remove_endpoint(endpoint_id=organisations.pk, person=admin_person)

    assert Endpoint.objects.count() == 0
    assert messages() == []


def test_what_is_on_its_way_when_it_is_removed_ends_quietly(
    taker, organisations, told, admin_person, deliver_all
):
    taker.answers = [(500,)]
    told(CLOSED)
    endpoints.remove_endpoint(endpoint_id=organisations.pk, person=admin_person)
    deliver_all()

    assert len(taker.got) == 1
