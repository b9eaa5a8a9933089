"""A hundred thousand notifications in one inbox: every box is read from an index of its own."""

import time

import pytest
from django.db import connection

from core.keyset import Keyset
from notifications.models import Notification
from notifications.selectors import ORDER, Box, in_box, news_after, unread_count
from notifications.selectors.news import COUNTED

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Nine in ten are read; a few are snoozed, and a few of the oldest archived.
_FILL = """
INSERT INTO notifications_notification
    (recipient_id, event_id, kind, title, body, reason, url, seen_at, read_at, snoozed_until,
     archived_at)
SELECT %s, gen_random_uuid(), 'TASK_ASSIGNED', 'Please decide: question ' || n, 'Due tomorrow.',
    'You get this because you are asked to decide this question.', '/tasks/', now(),
    CASE WHEN n %% 10 > 0 THEN now() END,
    CASE WHEN n %% 20000 = 0 THEN now() + interval '1 day' END,
    CASE WHEN n <= 5 THEN now() END
FROM generate_series(1, 100000) AS n
"""
_INDEX = {
    Box.INBOX: "notifications_inbox",
    Box.UNREAD: "notifications_badge",
    Box.SNOOZED: "notifications_snoozed",
    Box.ARCHIVED: "notifications_archive",
}


@pytest.fixture
def hoarder(asha):
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [asha.pk])
        cursor.execute("ANALYZE notifications_notification")
    return asha


def explained(queryset):
    return queryset.explain(analyze=True)


def p95(run, times=40):
    took = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        took.append(time.perf_counter() - started)
    return sorted(took)[int(times * 0.95)]


def test_each_box_is_read_from_its_own_index_and_no_further_than_a_page(hoarder):
    for box in Box:
        plan = explained(in_box(hoarder.pk, box).order_by(*ORDER)[:26])

        # So few are asleep that the index of all sleepers does as well.
        assert f"Scan using {_INDEX[box]}" in plan or box == Box.SNOOZED
        assert "Seq Scan" not in plan


def test_a_page_far_down_costs_no_more(hoarder):
    middle = in_box(hoarder.pk, Box.INBOX).newest_first()[50_000]
    keyset = Keyset(Notification, ORDER)
    cursor = keyset.cursor("after", middle)

    took = p95(lambda: keyset.page(in_box(hoarder.pk, Box.INBOX), cursor=cursor, limit=25))

    assert took < 0.05  # seconds


def test_page_badge_and_news_are_there_at_once(hoarder, client):
    client.force_login(hoarder)
    client.get("/notifications/")

    assert unread_count(hoarder.pk) == COUNTED
    assert "Notifications, 999+ unread" in client.get("/notifications/").content.decode()
    assert p95(lambda: unread_count(hoarder.pk)) < 0.05
    assert p95(lambda: news_after({str(hoarder.pk): 0})) < 0.05
    # With its templates, on a machine that may be busy.
    assert p95(lambda: client.get("/notifications/")) < 0.25
