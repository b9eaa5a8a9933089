"""Vera asks for an export on a page, sees how far it is, and fetches it."""

import pytest
from django.urls import reverse

from audit.models import Export
from audit.services import exporting
from outbox.models import Event
from tests.audit.handover.conftest import sealed_up_to

pytestmark = pytest.mark.django_db
PAGE = "/audit/exports/"


@pytest.fixture
def as_vera(client, vera):
    client.force_login(vera)
    return client


def fetch(client, export, file="entries.zip"):
    return client.get(reverse("audit-export-file", args=[export.pk, file]))


def test_without_exports_the_page_says_so(as_vera):
    assert "No exports yet" in as_vera.get(PAGE).content.decode()


def test_asking_shows_it_in_the_list(as_vera):
    answer = as_vera.post(PAGE, {"action": "accounts.signed_in"}, follow=True)

    page = answer.content.decode()
    assert "The export is being written." in page
    assert 'hx-trigger="every 2s"' in page
    assert Export.objects.get().selection == {"action": "accounts.signed_in"}


def test_a_row_that_is_ready_asks_no_more(as_vera, vera):
    sealed_up_to(1)
    as_vera.post(PAGE, {"with_names": "on"})
    exporting.make_exports(seconds=60)

    row = as_vera.get(reverse("audit-export-row", args=[Export.objects.get().pk]))

    assert "hx-trigger" not in row.content.decode()
    assert "entries.zip" in row.content.decode()


@pytest.mark.parametrize("file", ["entries.zip", "entries.csv"])
def test_a_file_is_sent_to_be_kept(as_vera, file):
    sealed_up_to(1)
    as_vera.post(PAGE)
    exporting.make_exports(seconds=60)

    answer = fetch(as_vera, Export.objects.get(), file)

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="audit-{file}"'
    assert len(b"".join(answer.streaming_content)) > 100


def test_what_is_no_file_of_an_export_is_not_found(as_vera):
    as_vera.post(PAGE)

    assert fetch(as_vera, Export.objects.get(), "manage.py").status_code == 404


def test_one_that_is_not_ready_leads_back_with_a_word(as_vera):
    as_vera.post(PAGE)

    answer = fetch(as_vera, Export.objects.get())

    assert answer.url == PAGE
    assert "still being written" in as_vera.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The last day is before the first."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"kind": "task"}, "Kind and id go together."),
        ({"kind": "Task!", "thing": "1"}, "A kind is a word in lower case."),
    ],
    ids=["days", "no day", "half a thing", "no kind"],
)
def test_what_makes_no_sense_comes_back_with_a_word(as_vera, fields, words):
    answer = as_vera.post(PAGE, fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
def test_others_have_no_business_here(client, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403
    assert not Event.objects.filter(name="audit.export_asked").exists()
