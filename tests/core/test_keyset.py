import base64
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.keyset import BadCursor, Keyset
from outbox.models import Delivery, Event
from tests.core.doors import CLOCK, note

pytestmark = pytest.mark.django_db
OLDEST_FIRST = ("occurred_at", "id")


@pytest.fixture
def seven():
    """Seven notes; the third to fifth happened at the same moment."""
    moments = [0, 1, 2, 2, 2, 3, 4]
    rows = [note(str(number)) for number in range(7)]
    for row, moment in zip(rows, moments, strict=True):
        row.occurred_at = CLOCK + timedelta(microseconds=moment)
        row.save(update_fields=["occurred_at"])
    return rows


def names(page):
    return [row.name for row in page.items]


def cursor_of(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_the_first_page_has_the_first_rows(seven):
    page = Keyset(Event, OLDEST_FIRST).page(Event.objects.all(), limit=3)

    assert names(page) == ["0", "1", "2"]


def test_the_first_page_has_nothing_before_it(seven):
    page = Keyset(Event, OLDEST_FIRST).page(Event.objects.all(), limit=3)

    assert page.previous is None


def test_following_next_reads_every_row_once_through_equal_moments(seven):
    keyset, read, cursor = Keyset(Event, OLDEST_FIRST), [], ""

    while cursor is not None:
        page = keyset.page(Event.objects.all(), cursor=cursor, limit=2)
        read += names(page)
        cursor = page.next

    assert read == ["0", "1", "2", "3", "4", "5", "6"]


def test_following_previous_leads_back_the_same_way(seven):
    keyset = Keyset(Event, OLDEST_FIRST)
    second = keyset.page(
        Event.objects.all(), limit=3, cursor=keyset.page(Event.objects.all(), limit=3).next
    )

    first = keyset.page(Event.objects.all(), limit=3, cursor=second.previous)

    assert names(first) == ["0", "1", "2"]
    assert first.previous is None
    assert first.next is not None


def test_the_last_page_has_nothing_after_it(seven):
    page = Keyset(Event, OLDEST_FIRST).page(Event.objects.all(), limit=7)

    assert page.next is None


def test_a_descending_order_begins_with_the_latest(seven):
    keyset = Keyset(Event, ("-occurred_at", "-id"))
    first = keyset.page(Event.objects.all(), limit=3)

    second = keyset.page(Event.objects.all(), limit=3, cursor=first.next)

    assert names(first) == ["6", "5", "4"]
    assert names(second) == ["3", "2", "1"]


def test_a_row_that_arrives_meanwhile_shifts_nothing(seven):
    keyset = Keyset(Event, ("-id",))
    first = keyset.page(Event.objects.all(), limit=3)
    note("newcomer")

    second = keyset.page(Event.objects.all(), limit=3, cursor=first.next)

    assert names(second) == ["3", "2", "1"]


def test_an_empty_list_is_a_page_without_neighbours():
    page = Keyset(Event, OLDEST_FIRST).page(Event.objects.all())

    assert (page.items, page.next, page.previous) == ([], None, None)


def test_a_page_is_one_query_and_counts_nothing(seven):
    keyset = Keyset(Event, OLDEST_FIRST)
    cursor = keyset.page(Event.objects.all(), limit=2).next

    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset.page(Event.objects.all(), cursor=cursor, limit=2)

    assert len(queries) == 1
    assert "COUNT" not in queries[0]["sql"]


def test_postgresql_answers_from_the_index_without_reading_what_lies_before(seven):
    rows = Delivery.objects.filter(status="WAITING")
    keyset = Keyset(Delivery, ("due_at", "id"))
    cursor = cursor_of("after", "due_at,id", CLOCK.isoformat(), "5")
    with CaptureQueriesContext(connection) as queries:
        keyset.page(rows, cursor=cursor)

    with connection.cursor() as sql:
        sql.execute("SET LOCAL enable_seqscan = off")
        sql.execute("EXPLAIN " + queries[0]["sql"])
        plan = "\n".join(line for (line,) in sql.fetchall())

    assert "outbox_due" in plan
    assert "Index Cond: (ROW(due_at, id) > ROW(" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "%%%",
        "ä",
        "\0",
        "W10",
        cursor_of("after"),
        cursor_of("sideways", "occurred_at,id", CLOCK.isoformat(), "1"),
        cursor_of("after", "id", "1"),
        cursor_of("after", "occurred_at,id", CLOCK.isoformat()),
        cursor_of("after", "occurred_at,id", "yesterday", "1"),
        cursor_of("after", "occurred_at,id", "2026-11-21T08:00:00", "1"),
        cursor_of("after", "occurred_at,id", CLOCK.isoformat(), "1; DROP TABLE"),
        cursor_of("after", "occurred_at,id", CLOCK.isoformat(), "99999999999999999999"),
        cursor_of("after", "occurred_at,id", CLOCK.isoformat(), 1),
        cursor_of("after", "occurred_at,id", None, None),
        base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("="),
    ],
)
def test_a_cursor_that_is_not_of_this_list_is_refused(cursor):
    with pytest.raises(BadCursor) as refusal:
        Keyset(Event, OLDEST_FIRST).page(Event.objects.all(), cursor=cursor)

    assert refusal.value.field == "cursor"


@pytest.mark.parametrize(
    ("model", "ordering"),
    [
        (Event, ()),
        (Event, ("-occurred_at", "id")),
        (Event, ("occurred_at",)),
        (Event, ("no_such_column", "id")),
        (Delivery, ("finished_at", "id")),
    ],
)
def test_an_order_that_cannot_be_kept_is_a_mistake_of_the_program(model, ordering):
    with pytest.raises(ImproperlyConfigured):
        Keyset(model, ordering)


def test_another_tables_column_orders_the_pages(asha, ben):
    for number in range(5):
        event = Event.objects.create(name="tests", payload={}, actor_id="a", actor_label="A")
        Delivery.objects.create(event=event, subscriber=f"s{number}")
    keyset = Keyset(Event, ("-deliveries__due_at", "-id"))

    first = keyset.page(Event.objects.all(), limit=3)
    second = keyset.page(Event.objects.all(), cursor=first.next, limit=3)
    back = keyset.page(Event.objects.all(), cursor=second.previous, limit=3)

    newest_first = list(Event.objects.order_by("-deliveries__due_at", "-id"))
    assert first.items + second.items == newest_first
    assert back.items == first.items
    assert second.next is None
