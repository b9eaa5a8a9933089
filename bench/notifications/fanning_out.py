"""
One event for 10,000 people: `python -m bench.notifications fanning-out`.

What the subscriber does, with all that it writes: a notification and a trace for each person and,
where e-mails go with it, a delivery, an event and the outbox's delivery of that. Sending the mails
is not in it. Each road is gone several times; the median counts.
"""

import statistics
import time

from bench.ground import empty_database, in_a_process, together
from bench.notifications import crowd

PEOPLE = 10_000
TIMES = 5
AIM = 5_000  # people a second
TABLES = (
    "notifications_notification",
    "notifications_trace",
    "notifications_delivery",
    "outbox_event",
    "outbox_delivery",
)


def measure(report):
    with empty_database():
        people = in_a_process(crowd.make_people, PEOPLE)
        for what, work in (("in the product alone", _parked), ("with e-mails", _assigned)):
            processor = []
            seconds, rows = together(_fan_out, [(work, people)], processor)[0]
            rate = PEOPLE / statistics.median(seconds)
            held = {"aim": f"≥ {AIM}/s", "held": rate >= AIM}
            report.add(f"one event for {PEOPLE:,} people, {what}", f"{rate:,.0f} people/s", **held)
            each = rows / PEOPLE / TIMES
            report.add(f"  rows written, {each:.0f} for each", f"{rate * each:,.0f} rows/s")
            share = 1000 * processor[0] / PEOPLE / TIMES
            report.add("  with PostgreSQL", f"{share:.2f} ms of processor a person")


def _fan_out(work, people):
    before, seconds = _rows(), []
    for number in range(TIMES):
        event, tell = work(people, number)
        began = time.perf_counter()
        tell([(event, crowd.envelope())])
        seconds.append(time.perf_counter() - began)
    return seconds, _rows() - before


def _parked(people, number):
    from approvals.events import RepairParked
    from notifications.subscribers import tell_of_parked_repair

    event = crowd.event(RepairParked, repair_id=f"{number}", administrator_ids=people)
    return event, tell_of_parked_repair


def _assigned(people, number):
    from approvals.events import TaskAssigned
    from notifications.subscribers import tell_of_assignment

    return crowd.event(TaskAssigned, number, assessor_ids=people), tell_of_assignment


def _rows():
    from django.db import connection

    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return cursor.fetchone()[0]
