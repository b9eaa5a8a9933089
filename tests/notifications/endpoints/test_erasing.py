"""Who is erased leaves no endpoint, and no name in what went to those of others."""

import pytest

from accounts.erasure import erase_person
from core.actor import SYSTEM
from notifications.models import Endpoint, Message
from tests.notifications.conftest import assigned_to

pytestmark = pytest.mark.django_db


def test_their_endpoints_go_with_all_that_was_sent(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    told(assigned_to(asha))

    erase_person(person_id=asha.pk, actor=SYSTEM)

    assert Endpoint.objects.count() == 0
    assert Message.objects.count() == 0


def test_their_name_goes_from_what_others_were_sent(taker, endpoint_of, told, asha, ada):
    endpoint_of(ada)
    told(assigned_to(ada))
    message = Message.objects.get()
    Message.objects.update(data={**message.data, "body": "Asha Rao withdrew it."})

    erase_person(person_id=asha.pk, actor=SYSTEM)

    assert "Asha" not in str(Message.objects.get().data)
