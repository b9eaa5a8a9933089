"""
SQS or PostgreSQL away for a while: nothing crashes, nothing is lost, nothing is given up.

OUTAGE says for how many seconds; `OUTAGE=300 pytest tests/consumer/processes/test_outages.py`.
"""

import os
import time
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from config import emulator as emulators
from notifications.models import HandedIn
from outbox.models import FailedMessage
from tests.consumer.conftest import until
from tests.consumer.processes.conftest import consume, database_url
from tests.consumer.wire import Wire
from tests.notifications.test_handing_in import notice

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OUTAGE = float(os.environ.get("OUTAGE", "6"))  # seconds
AFTERWARDS = 60  # seconds until everything must be done


@pytest.fixture
def database():
    """A wire to the tests' database, and the address at its near end."""
    given = urlsplit(database_url())
    (folder,) = parse_qs(given.query)["host"]
    wire = Wire(f"{folder}/.s.PGSQL.{given.port or 5432}")
    wire.address = f"postgresql://{given.username}@127.0.0.1:{wire.port}{given.path}"
    yield wire
    wire.close()


@pytest.fixture
def sqs(on_aws):
    """A wire to the emulator, and the addresses at its near end."""
    wire = Wire(on_aws.port)
    url = f"http://127.0.0.1:{wire.port}"
    wire.addresses = {
        "AWS_ENDPOINT_URL": url,
        "QUEUE_URL_BASE": f"{url}/{emulators.ACCOUNT}/",
    }
    yield wire
    wire.close()


def send(letterbox):
    """Twenty good messages and two of poison among them."""
    letterbox.send(
        *(notice(id=str(uuid4())) for _ in range(10)),
        "{",
        *(notice(id=str(uuid4())) for _ in range(10)),
        notice(recipient="nobody@example.com", id=str(uuid4())),
    )


@pytest.mark.parametrize("which", ["database", "sqs"])
def test_an_outage_delays_and_nothing_else(letterboxes, start, asha, database, sqs, which):
    wire = {"database": database, "sqs": sqs}[which]
    letterbox = letterboxes["notifications"]
    process = consume(start, DATABASE_URL=database.address, **sqs.addresses)
    send(letterbox)
    until(lambda: letterbox.left() == 0, AFTERWARDS)

    wire.cut()
    send(letterbox)
    time.sleep(OUTAGE)
    left = letterbox.left()
    wire.mend()
    until(lambda: letterbox.left() == 0, AFTERWARDS)

    assert left == 22
    assert process.poll() is None
    assert HandedIn.objects.count() == 40
    assert letterbox.dead_count() == 4
    assert FailedMessage.objects.dead().count() == 4
