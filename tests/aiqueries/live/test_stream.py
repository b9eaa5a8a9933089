"""A query's stream as a real events process serves it."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.services import create_api_token, revoke_api_token
from aiqueries.kinds import Status
from aiqueries.models import Query
from aiqueries.services.progress import notify_change
from tests.aiqueries.api.conftest import asked
from tests.notifications.live import EventsServer, Page

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def server(django_db_setup):
    server = EventsServer()
    yield server
    server.stop()


@pytest.fixture
def query(ben):
    return asked(ben)


def token_of(person):
    return create_api_token(user=person, name="Reports", days=1, actor=person.as_actor())


@pytest.fixture
def open_stream(server):
    pages = []

    def opened(person, query_id, *, cookies="", **headers):
        if not cookies:
            headers["Authorization"] = f"Bearer {token_of(person).secret}"
        address = f"/api/v1/ai/query/{query_id}/events/"
        pages.append(Page(server, cookies, address, **headers))
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


def change(query, **fields):
    """As a worker does: a position further, and word of it."""
    query.position += 1
    Query.objects.filter(pk=query.pk).update(position=query.position, **fields)
    notify_change(query.pk, query.position)


def test_a_program_follows_a_query_to_its_end(open_stream, ben, query):
    page = open_stream(ben, query.pk)

    opened = page.event("status")
    change(query, status=Status.RUNNING, answer="A wrong")
    text, running = page.event("text"), page.event("status")
    change(query, answer="A wrong option.")
    more = page.event("text")
    change(query, status=Status.SUCCEEDED, cost="0.001", finished_at=timezone.now())
    ended = page.event("status")

    assert (opened["status"], opened["id"], opened["final"]) == ("QUEUED", "0", False)
    assert (text["text"], running["status"], running["id"]) == ("A wrong", "RUNNING", "1")
    assert (more["text"], more["restart"], more["id"]) == (" option.", False, "2")
    assert (ended["status"], ended["final"], ended["cost"]) == ("SUCCEEDED", True, "0.00100000")
    assert page.message() is None


def test_a_page_goes_on_where_it_was(open_stream, ben, query):
    change(query, status=Status.RUNNING, answer="A wrong")

    page = open_stream(ben, query.pk, Last_Event_ID="1")
    change(query, answer="A wrong option.")

    assert page.event("text") == {"id": "2", "text": " option.", "restart": False}


def test_who_has_heard_the_end_is_to_come_no_more(open_stream, ben, query):
    change(query, status=Status.CANCELLED, finished_at=timezone.now())

    assert open_stream(ben, query.pk, Last_Event_ID="1").status == 204
    assert open_stream(ben, query.pk, Last_Event_ID="0").event("status")["final"] is True


def test_a_signed_in_page_needs_no_token(open_stream, ben, query):
    client = Client()
    client.force_login(ben)
    name = settings.SESSION_COOKIE_NAME

    page = open_stream(ben, query.pk, cookies=f"{name}={client.cookies[name].value}")

    assert page.event("status")["status"] == "QUEUED"


def test_an_administrator_may_listen(open_stream, admin_person, query):
    assert open_stream(admin_person, query.pk).event("status")["status"] == "QUEUED"


def test_unknown_and_foreign_are_the_same_to_the_byte_and_as_the_api_says_it(
    open_stream, asha, query
):
    foreign = open_stream(asha, query.pk, X_Request_ID="request-4711")
    unknown = open_stream(asha, uuid4(), X_Request_ID="request-4711")
    by_api = Client().get(
        f"/api/v1/ai/query/{query.pk}/",
        headers={
            "Authorization": f"Bearer {token_of(asha).secret}",
            "X-Request-ID": "request-4711",
        },
    )

    assert foreign.status == unknown.status == by_api.status_code == 404
    assert foreign.response.read() == unknown.response.read() == by_api.content
    assert foreign.response.headers["Content-Type"] == by_api["Content-Type"]


def test_a_token_that_is_none_lets_nobody_in(server, query):
    page = Page(
        server, path=f"/api/v1/ai/query/{query.pk}/events/", Authorization="Bearer imp_made_up"
    )

    assert page.status == 401
    assert b'"code":"invalid_token"' in page.response.read()


def test_a_stream_ends_with_its_token(server, ben, query):
    token = token_of(ben)
    page = Page(
        server,
        path=f"/api/v1/ai/query/{query.pk}/events/",
        Authorization=f"Bearer {token.secret}",
    )
    assert page.event("status")["status"] == "QUEUED"

    revoke_api_token(token_id=token.token.pk, actor=ben.as_actor())

    assert page.event("the end") is None
