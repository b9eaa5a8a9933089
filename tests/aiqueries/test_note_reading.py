"""Who read what somebody else asked is written down."""

import pytest

from aiqueries import services
from aiqueries.kinds import Purpose
from aiqueries.models import Query
from outbox.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def query(ben):
    return services.ask_query(prompt="What is a distractor?", actor=ben)


def seen():
    found = Event.objects.filter(name="aiqueries.query_seen")
    return [(event.actor_label, event.payload) for event in found]


def test_it_tells_who_read_whose(query, ben, admin_person):
    services.note_reading([query], by=admin_person, through="page")

    told = {
        "query_id": str(query.pk),
        "owner_id": str(ben.pk),
        "purpose": "ASK",
        "question_id": "",
        "customer_id": "",
        "through": "page",
    }
    assert seen() == [("Admin Admin", told)]


def test_looking_again_at_once_is_one_reading(query, admin_person):
    for _ in range(2):
        services.note_reading([query], by=admin_person, through="page")

    assert len(seen()) == 1


def test_reading_ones_own_is_no_news(query, ben):
    services.note_reading([query], by=ben, through="page")

    assert seen() == []


def test_reading_what_the_product_asked_is_no_news(query, admin_person):
    Query.objects.update(owner=None, purpose=Purpose.REVIEW)
    query.refresh_from_db()

    services.note_reading([query], by=admin_person, through="page")

    assert seen() == []
