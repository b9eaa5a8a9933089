"""The list, its badge and its API with 100,000 notifications, all of them unread."""

import statistics
import time
from contextlib import closing

import psycopg2

from bench.ground import empty_database, in_a_process
from bench.notifications import crowd
from bench.pages import _times as times_of

ROWS = 100_000
OTHERS = 200_000  # rows of other people
WARM_UP = 10
TIMES = 300
AIM = 0.050  # seconds, p95

_FILL = """
INSERT INTO notifications_notification (recipient_id, cause, event_id, occurred_at, kind, title,
    body, reason, url, rank, position, created_at, told_at)
SELECT (%(people)s)[1 + (n > %(rows)s)::int * (1 + n %% %(others)s)]::uuid, 'task:' || n,
    gen_random_uuid(), now() - n * interval '7 minutes', 'TASK_ASSIGNED',
    'Please decide: which is the capital of country ' || n || '?', 'Due 24 December 2026.',
    'You get this because you are asked to decide this question.', '/tasks/' || n || '/',
    placed.position, placed.position, now(), now()
FROM generate_series(1, %(all)s) AS n
CROSS JOIN LATERAL (SELECT nextval('notifications_position') + n * 0 AS position) AS placed
"""


def measure(report):
    with empty_database() as url:
        people = in_a_process(crowd.make_people, 21)
        fill(url, people)
        figures = in_a_process(_measure, people[0])
    for what, seconds in figures.items():
        p50, p95 = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
        report.add(
            f"{what}, {ROWS:,} unread",
            f"p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms",
            aim=f"p95 ≤ {AIM * 1000:.0f} ms",
            held=p95 <= AIM,
        )


def fill(url, people):
    """The first of these people has ROWS, the others share OTHERS."""
    given = {"people": people, "rows": ROWS, "others": len(people) - 1, "all": ROWS + OTHERS}
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(_FILL, given)
        cursor.execute("VACUUM ANALYZE notifications_notification")


def _measure(person):
    """In process: no network and no server in front of it."""
    from django.test import Client

    from accounts.models import User
    from notifications import selectors
    from notifications.models import Notification

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(pk=person))
    rows = Notification.objects.of(person)
    middle = rows.order_by("rank")[ROWS // 2].position
    pages = {
        "the list's first page": "/notifications/",
        "the list, unread only": "/notifications/?box=unread",
        "the API's first page": "/api/v1/notifications/",
        "another page with its badge": "/settings/",
    }
    figures = {}
    for what, path in pages.items():
        times_of(client, path)[:WARM_UP]
        figures[what] = times_of(client, path)
    figures["the badge alone"] = _timed(lambda: selectors.unread_count(person))
    figures["a stream's news with its count"] = _timed(
        lambda: selectors.news_after({person: middle})
    )
    return figures


def _timed(work):
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return sorted(seconds[WARM_UP:])
