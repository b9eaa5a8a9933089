"""How quickly queries are taken in and answered, and what kills of workers leave of them."""

import json
import statistics
import threading
import time
import uuid
from contextlib import suppress
from http.client import HTTPConnection

import psutil

from bench.ai.product import (
    DELAY,
    SLOTS,
    ask_many,
    running,
    token,
    until_idle,
    used_by_programs,
)
from bench.ground import in_a_process, together

RATE, SECONDS = 50, 20  # requests a second, and for how long
CLIENTS = 8  # connections that take turns
ACCEPT_AIM = 0.030  # seconds, at the 95th percentile
QUERIES = 1000
THROUGHPUT_AIM = 0.9  # of what the slots could do at the best
KILL_EVERY = 80  # answers

_SPAN = """
SELECT count(*), extract(epoch FROM max(finished_at) - min(started_at))
FROM aiqueries_query WHERE status = 'SUCCEEDED' AND owner_id IS NOT NULL
"""
_LEFT = {
    "queries without a result": f"""
        SELECT {QUERIES} - count(*) FROM aiqueries_query
        WHERE status = 'SUCCEEDED' AND answer != ''""",
    "queries without exactly one answered call": """
        SELECT count(*) FROM aiqueries_query AS query WHERE 1 != (
            SELECT count(*) FROM aiqueries_attempt
            WHERE query_id = query.query_id AND outcome = 'ANSWERED')""",
    "queries without exactly one debit, settled": f"""
        SELECT {QUERIES} - count(*) FROM aiqueries_debit WHERE settled_at IS NOT NULL""",
    "calls left open": "SELECT count(*) FROM aiqueries_attempt WHERE outcome = 'RUNNING'",
    "queries told of more than once": """
        SELECT count(*) FROM (
            SELECT payload->>'query_id' FROM outbox_event
            WHERE name = 'aiqueries.query_answered' GROUP BY 1 HAVING count(*) > 1) AS twice""",
}
_LOST = "SELECT count(*) FROM aiqueries_attempt WHERE outcome = 'LOST'"


def accept(report):
    """POST to 202 at a steady rate, beside workers that answer what comes in."""
    with running(AI_OFFLINE_DELAY=str(DELAY)) as (up, cursor):
        seconds = together(_ask_steadily, [(up.port, token(up, "ben@example.com"))])[0]
        until_idle(cursor)
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[18]
    report.add(f"POST to 202, {RATE}/s, {len(seconds)} requests: p50", f"{p50 * 1000:.1f} ms")
    report.add(
        "  p95",
        f"{p95 * 1000:.1f} ms",
        aim=f"≤ {ACCEPT_AIM * 1000:.0f} ms",
        held=p95 <= ACCEPT_AIM,
    )


def throughput(report):
    """A thousand queries that wait, until the last is answered."""
    with running(AI_OFFLINE_DELAY=str(DELAY)) as (up, cursor):
        before = used_by_programs(up)
        in_a_process(ask_many, QUERIES)
        until_idle(cursor)
        tell_rate(report, cursor, before, used_by_programs(up), "offline")


def tell_rate(report, cursor, before, after, how):
    """Add how quickly all that was asked was answered, and what that took."""
    cursor.execute(_SPAN)
    count, seconds = cursor.fetchone()
    best = SLOTS / DELAY
    rate = count / float(seconds)
    report.add(
        f"{count} waiting queries, model of {DELAY * 1000:.0f} ms, {SLOTS} slots, {how}",
        f"{rate:.1f}/s = {rate / best:.0%} of {best:.0f}/s",
        aim=f"≥ {THROUGHPUT_AIM:.0%}",
        held=rate / best >= THROUGHPUT_AIM,
    )
    for name, seconds in sorted(after.items()):
        each = (seconds - before[name]) / count
        report.add(f"  processor for each query: {name}", f"{each * 1000:.1f} ms")


def kills(report):
    """The same, while the process that answers is killed again and again."""
    with running(AI_OFFLINE_DELAY=str(DELAY)) as (up, cursor):
        in_a_process(ask_many, QUERIES)
        killed = _kill_until_idle(up, cursor)
        cursor.execute(_LOST)
        report.add(
            f"{killed} kills of the answerer, {QUERIES} queries: calls lost",
            str(cursor.fetchone()[0]),
        )
        for what, question in _LEFT.items():
            cursor.execute(question)
            count = cursor.fetchone()[0]
            report.add(f"  {what}", str(count), aim="0", held=count == 0)


def _kill_until_idle(up, cursor):
    """Kill whoever answers after every so many answers; the last ones are let through."""
    killed = last = 0
    while True:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE finished_at IS NULL) FROM aiqueries_query"
        )
        count, still_open = cursor.fetchone()
        if still_open < SLOTS:
            break
        if count - still_open - last >= KILL_EVERY:
            last = count - still_open
            for process in up._children(("--hostname=answerer@%h",)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
                    killed += 1
        time.sleep(0.05)
    until_idle(cursor)
    return killed


def _ask_steadily(port, key):
    """Seconds from when each request was due to its answer."""
    began = time.monotonic() + 0.5
    seconds = []

    def client(first):
        http = HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(first, RATE * SECONDS, CLIENTS):
            due = began + number / RATE
            time.sleep(max(0.0, due - time.monotonic()))
            assert post(http, key, number) == 202
            seconds.append(time.monotonic() - due)

    threads = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def post(http, key, number):
    """Ask; return the status of the answer."""
    http.request(
        "POST",
        "/api/v1/ai/query/",
        json.dumps({"prompt": f"What is a good distractor? ({number})"}),
        {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        },
    )
    response = http.getresponse()
    response.read()
    return response.status
