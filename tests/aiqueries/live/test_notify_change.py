"""Word to open pages goes out with the transaction."""

import json
import select
from uuid import uuid4

import pytest
from django.db import connection

from aiqueries.services.progress import CHANNEL, notify_change

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_listens_hears_which_query_and_how_far_it_is():
    query_id = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")

    notify_change(query_id, 7)

    server = connection.connection
    select.select([server], [], [], 1)
    server.poll()
    (heard,) = server.notifies
    assert (heard.channel, json.loads(heard.payload)) == (
        "aiqueries",
        {"query": str(query_id), "position": 7},
    )
