"""What people change about themselves is told, without saying what it is now."""

import pytest

from accounts import services
from outbox.models import Event

pytestmark = pytest.mark.django_db


def told(name):
    found = Event.objects.filter(name=f"accounts.{name}").order_by("pk")
    return [event.payload for event in found]


def test_a_new_name_of_ones_own_is_told_without_the_name(asha):
    services.rename(user=asha, name="Asha Menon")

    assert asha.name == "Asha Menon"
    assert told("person_renamed") == [{"user_id": str(asha.pk)}]


def test_the_same_name_again_is_not_told(asha):
    services.rename(user=asha, name="Asha Rao")

    assert told("person_renamed") == []


def test_a_name_that_an_administrator_changed_is_told(asha, admin_person):
    asha.name = "Asha Menon"

    services.save_person(user=asha, actor=admin_person.as_actor())

    assert told("person_renamed") == [{"user_id": str(asha.pk)}]


def test_switching_shortcuts_is_told_once(asha):
    services.switch_shortcuts(user=asha, on=False)
    services.switch_shortcuts(user=asha, on=False)

    assert told("shortcuts_switched") == [{"user_id": str(asha.pk), "on": False}]
