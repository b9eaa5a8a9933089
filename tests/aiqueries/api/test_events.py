"""GET /api/v1/ai/query/{id}/events/ on the web port, which leads to the stream."""

from uuid import uuid4

import pytest

from tests.aiqueries.api.conftest import PROMPT, assert_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(settings):
    """The events process has a port of its own, as in the local profile."""
    settings.EVENTS_PORT = 8001


def test_it_leads_on_to_the_events_process(as_ben, query, apart):
    answer = as_ben.read(f"ai/query/{query.pk}/events/", Host="localhost:8000")

    assert answer.status_code == 307
    assert answer["Location"] == f"http://localhost:8001/api/v1/ai/query/{query.pk}/events/"


def test_a_browser_that_asks_for_a_stream_is_led_there_too(as_ben, query, apart):
    answer = as_ben.read(f"ai/query/{query.pk}/events/", Accept="text/event-stream")

    assert answer.status_code == 307


def test_whoever_asked_is_told_the_streams_own_address(as_ben, apart):
    answer = as_ben.send("ai/query/", {"prompt": PROMPT}, Host="localhost:8000").json()

    assert answer["poll"].startswith("http://localhost:8000/")
    assert answer["events"] == f"http://localhost:8001/api/v1/ai/query/{answer['id']}/events/"


def test_behind_a_load_balancer_it_should_not_have_come_here(as_ben, query):
    assert_refused(as_ben.read(f"ai/query/{query.pk}/events/"), 421, "served_elsewhere")


def test_unknown_and_foreign_are_the_same_to_the_byte(as_asha, query, apart):
    foreign = as_asha.read(f"ai/query/{query.pk}/events/", X_Request_ID="request-4711")
    unknown = as_asha.read(f"ai/query/{uuid4()}/events/", X_Request_ID="request-4711")

    assert_refused(foreign, 404, "query_not_found")
    assert foreign.content == unknown.content
