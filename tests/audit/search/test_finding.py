"""Whatever is asked, the index finds exactly what reading the whole table finds."""

import pytest
from django.db import connection

from audit.models import Entry, IndexedSegment, Posting
from audit.reading.filters import EntryFilter
from audit.search import finding
from audit.search.indexing import index_segments
from audit.search.pages import page_of
from audit.search.places import SIZE
from tests.audit.search.many import many

pytestmark = pytest.mark.django_db
WHOLE = SIZE * 2 + 500
QUESTIONS = [
    {},
    {"text": "gas"},
    {"text": "fever"},
    {"text": "quicksilver"},
    {"text": "plutonium"},
    {"text": "quick*"},
    {"text": "g*", "scheme": "Law"},
    {"text": '"gas law"'},
    {"text": '"law gas"'},
    {"text": '-"gas law" mixtures'},
    {"text": "gas -law"},
    {"text": "mixtures -fever", "outcome": "APPROVED"},
    {"text": "fever or quicksilver"},
    {"text": "law fever or quicksilver -law"},
    {"action": "tests.decided", "scheme": "Maths"},
    {"action": "tests.decided", "scheme": "Maths", "text": "fever"},
    {"action": "tests.nothing"},
    {"outcome": "APPROVED", "kind": "task", "owner": "ben"},
    {"kind": "question"},
    {"person": "asha", "text": "quicksilver"},
    {"people_only": "1", "text": "quicksilver"},
    {"request_id": "r-3"},
    {"request_id": "r-3", "text": "mixtures"},
    {"workflow_id": "w-1200"},
    {"subject": "t-40"},
    {"since": "2026-01-05"},
    {"until": "2026-01-02", "scheme": "Law"},
    {"since": "2026-01-06", "until": "2026-01-07", "text": '"gas law"'},
    {"since": "2027-01-01"},
]


def asked(filters):
    form = EntryFilter(filters)
    assert form.is_valid(), form.errors
    return form.asked()


def read_whole(filters):
    """What the database finds without the index, newest first."""
    rows = Entry.objects.filter(asked(filters).where).newest_first()
    return list(rows.values_list("sequence", flat=True))


def pages(filters, limit):
    """All pages, one after the other."""
    page = page_of(asked(filters), limit=limit)
    yield page
    while page.next:
        page = page_of(asked(filters), cursor=page.next, limit=limit)
        yield page


def numbers(page):
    return [entry.sequence for entry in page.items]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine must not end a search early."""
    monkeypatch.setattr(finding, "COUNT_FOR", 60)
    monkeypatch.setattr(finding, "LOOK_FOR", 60)


@pytest.fixture(params=["indexed", "half indexed", "not indexed"])
def trail(request):
    many(WHOLE)
    if request.param != "not indexed":
        index_segments()
    if request.param == "half indexed":
        IndexedSegment.objects.filter(number=0).delete()


@pytest.mark.usefixtures("trail")
def test_it_finds_what_reading_the_whole_table_finds():
    for filters in QUESTIONS:
        everything = read_whole(filters)

        page = page_of(asked(filters), limit=50)

        assert numbers(page) == everything[:50], filters
        assert page.gathered[:1000] == everything[: len(page.gathered)], filters
        if page.is_total:
            assert page.total == len(everything), filters


@pytest.mark.usefixtures("trail")
def test_pages_follow_to_the_end_and_back():
    for filters in ({"text": "fever"}, {"request_id": "r-3"}, {"text": '"gas law" fever'}):
        everything = read_whole(filters)

        found = list(pages(filters, limit=40))
        back = page_of(asked(filters), cursor=found[-1].previous, limit=40)

        assert [number for page in found for number in numbers(page)] == everything
        assert numbers(back) == numbers(found[-2])
        assert found[0].previous is None
        assert page_of(asked(filters), cursor=found[1].previous, limit=40).previous is None


def test_everything_that_fits_is_counted():
    many(WHOLE)
    index_segments()

    page = page_of(asked({"text": "fever"}), limit=10)

    assert (page.total, page.is_total) == (601, True)


def test_a_phrase_is_counted_as_far_as_it_was_looked_at():
    many(WHOLE)
    index_segments()

    page = page_of(asked({"text": '"gas law"'}), limit=10)

    assert not page.is_total
    assert page.total >= 10


def test_what_fits_in_many_places_of_an_id_is_looked_up_in_parts(monkeypatch):
    monkeypatch.setattr("audit.search.asking.MOST_OF_A_KEY", 30)
    many(WHOLE)
    index_segments()

    found = list(pages({"request_id": "r-5"}, limit=25))

    assert [number for page in found for number in numbers(page)] == list(range(599, 499, -1))
    assert found[0].is_total is False


def test_impatience_shows_what_was_found_so_far_and_goes_on_from_there(monkeypatch):
    many(WHOLE)
    index_segments()
    monkeypatch.setattr(finding, "LOOK_FOR", -1)

    page = page_of(asked({"text": "fever"}), limit=10)

    assert (page.items, page.is_total) == ([], False)
    assert page.looked_back_to == SIZE * 3 + 1
    monkeypatch.setattr(finding, "LOOK_FOR", 60)
    later = page_of(asked({"text": "fever"}), cursor=page.next, limit=10)
    assert numbers(later) == list(range(900, 890, -1))


def test_an_empty_trail_has_nothing():
    page = page_of(asked({"text": "gas"}), limit=10)

    assert (page.items, page.total, page.next, page.previous) == ([], 0, None, None)


def test_any_id_may_be_typed_as_words():
    many(10)
    entry = Entry.objects.get(sequence=4)

    assert numbers(page_of(asked({"text": str(entry.event_id).upper()}), limit=10)) == [4]


def test_segments_are_indexed_once_and_only_when_full():
    many(WHOLE)

    assert index_segments() == 2
    assert index_segments() == 0
    assert set(IndexedSegment.objects.values_list("number", flat=True)) == {0, 1}


def test_an_entry_whose_words_change_leaves_the_index():
    many(SIZE)
    index_segments()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_refuses_change")
        cursor.execute("UPDATE audit_entry SET search = '' WHERE sequence = 17")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_refuses_change")

    assert not IndexedSegment.objects.exists()
    assert not Posting.objects.filter(term="w:quicksilv").exists()
    assert numbers(page_of(asked({"text": "quicksilver"}), limit=10)) == [5017]
