import pytest
from django.db import transaction

from core.actor import SYSTEM
from outbox.events import DomainEvent
from outbox.models import Event
from outbox.publishing import publish


class Happened(DomainEvent):
    name = "tests.happened"


@pytest.mark.django_db
def test_an_event_knows_its_transaction():
    with transaction.atomic():
        event = publish(Happened(), actor=SYSTEM)

    assert Event.objects.get(pk=event.pk).transaction_id > 0
