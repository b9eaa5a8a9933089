"""The audit trail hears who came, who went and who failed to get in."""

import pytest
from django.contrib.auth import authenticate, get_user

from outbox.models import Event


@pytest.fixture
def asha(asha):
    asha.set_password("correct horse")
    asha.save(update_fields=["password"])
    return asha


def attempt(rf, address, password="wrong horse"):
    return authenticate(rf.post("/sign-in/"), username=address, password=password)


def test_a_sign_in_is_told(client, asha):
    client.force_login(asha)

    event = Event.objects.get(name="accounts.signed_in")
    assert event.payload == {"user_id": str(asha.id)}
    assert event.actor_label == "Asha Rao"


def test_a_sign_out_is_told(client, asha):
    client.force_login(asha)

    client.logout()

    event = Event.objects.get(name="accounts.signed_out")
    assert event.payload == {"user_id": str(asha.id)}


def test_a_wrong_password_is_told_of_the_person(rf, asha):
    assert attempt(rf, "asha@example.com") is None

    event = Event.objects.get(name="accounts.sign_in_failed")
    assert event.payload == {"user_id": str(asha.id)}
    assert event.actor_id == "anonymous"


def test_what_was_typed_for_an_unknown_person_is_not_written_down(rf, db):
    attempt(rf, "my-password-by-mistake")

    assert Event.objects.get(name="accounts.sign_in_failed").payload == {"user_id": ""}


@pytest.mark.parametrize("address", ["asha@example.com", " Asha@Example.COM "])
def test_the_address_is_read_kindly(rf, asha, address):
    assert attempt(rf, address, password="correct horse") == asha


def test_roles_come_with_the_session(client, asha, rf, django_assert_num_queries):
    client.force_login(asha)

    request = rf.get("/")
    request.session = client.session
    user = get_user(request)
    with django_assert_num_queries(0):
        assert user.cached_role_names() == {"assessors"}
