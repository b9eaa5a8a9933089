"""No link in a mail changes anything, whoever or whatever follows it, however often."""

from contextlib import contextmanager

import pytest
from django.test import Client

from outbox.models import Event
from tests.approvals.conftest import submit as submit
from tests.browser import PATIENCE
from tests.notifications.mail.links import (
    READING,
    TIMES,
    links_of,
    mails,
    one_of_each_page,
    reader_of_all,
    state,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def reader(db):
    return reader_of_all()


@pytest.fixture
def links(reader, submit, deliver_all, settings, live_server):
    settings.SITE_URL = live_server.url
    submitted = submit()
    deliver_all()
    found = set().union(*map(links_of, mails(reader, submitted)))
    assert len(found) > 30
    return found


@contextmanager
def nothing_changes():
    before, events = state(), set(Event.objects.values_list("pk", flat=True))
    yield
    changed = [name for name, rows in state().items() if rows != before[name]]
    told = set(Event.objects.exclude(pk__in=events).values_list("name", flat=True))
    assert changed == []
    assert told <= READING


def fetch(client, links):
    """What is answered, by address."""
    return {
        link: {ask(link).status_code for ask in (client.get, client.head) for _ in range(TIMES)}
        for link in links
    }


@pytest.mark.django_db
def test_programs_that_fetch_them_ten_times_change_nothing(links):
    with nothing_changes():
        answers = fetch(Client(), links)

    assert set().union(*answers.values()) == {200, 302}


@pytest.mark.django_db
def test_whoever_is_signed_in_changes_nothing(links, reader):
    signed_in = Client()
    signed_in.force_login(reader)

    with nothing_changes():
        answers = fetch(signed_in, links)

    assert {link for link, given in answers.items() if given != {200}} == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("signed_in", [False, True], ids=["nobody", "signed-in"])
def test_a_browser_with_scripts_changes_nothing(open_browser, links, reader, signed_in):
    page = open_browser(reader if signed_in else None)

    with nothing_changes():
        for link in one_of_each_page(links):
            for _ in range(TIMES):
                page.goto(link, wait_until="load", timeout=PATIENCE)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(1300)  # longer than any script waits before it tells the server
