"""
What being audited costs the writers: requests submitted with the audit trail and without.

Eight clients submit through the services, in pairs of portions: one with triggers and sealer, one
with the triggers switched off and the sealer stopped. A portion with audit ends when all of it is
sealed. What both have is the event itself, which others than the trail wait for, too.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext

import psutil
import psycopg2

from bench.ground import ROOT, VAR, empty_database, in_a_process, server_seconds, together
from bench.through_services import content, make_people

CLIENTS = 8
EACH = 160  # submissions of a client in a portion
PAIRS = 4
PORTIONS = 2 * PAIRS + 1  # one to warm up
AIM = 0.85

_SWITCH = """
SELECT format('ALTER TABLE %I {how} TRIGGER %I', relname, tgname)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE proname LIKE 'audit_capture%' AND NOT tgisinternal
"""
_UNSEALED = """
SELECT (SELECT count(*) FROM audit_change) + (SELECT count(*) FROM outbox_event
    WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE event_id = outbox_event.uuid))
"""
_SEALED_AT = "SELECT extract(epoch FROM max(recorded_at))::float FROM audit_batch"
_AT_WORK = """
SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    AND (query ILIKE '%audit_batch%' OR query ILIKE '%SELECT EXISTS%FROM outbox_event%')
"""


def measure(report):
    with empty_database(), ThreadPoolExecutor() as threads:
        people = in_a_process(make_people)
        clients = threads.submit(together, _client, [(*people, each) for each in range(CLIENTS)])
        _portion(0, audited=True)
        pairs = []
        for number in range(1, PORTIONS, 2):
            order = (False, True) if number % 4 == 1 else (True, False)
            measured = {
                audited: _portion(number + place, audited=audited)
                for place, audited in enumerate(order)
            }
            pairs.append(measured)
        clients.result()
    _show(report, pairs)


def _show(report, pairs):
    """`pairs` holds (submissions a second, seconds of processor) without and with audit."""
    bare = statistics.median(pair[False][0] for pair in pairs)
    ratio = statistics.median(pair[True][0] / pair[False][0] for pair in pairs)
    processor = statistics.median(pair[True][1] / pair[False][1] for pair in pairs)
    report.add(f"submitted by {CLIENTS} clients without audit", f"{bare:.0f}/s")
    report.add(
        "audited, until all is sealed, beside that",
        f"{ratio:.0%}",
        aim=f"≥ {AIM:.0%}",
        held=ratio >= AIM,
    )
    report.add("processor time of clients, PostgreSQL and sealer, likewise", f"{processor:.0%}")


def _portion(number, *, audited):
    """Submissions a second, and the seconds of processor time that they took."""
    _ask(_SWITCH.format(how="ENABLE ALWAYS" if audited else "DISABLE"), run=True)
    with _sealing() if audited else nullcontext() as sealer:
        before = server_seconds() + (_used(sealer) if audited else 0)
        (VAR / f"go-{number}").touch()
        results = [_result(number, client) for client in range(CLIENTS)]
        if audited:
            _wait_until_sealed()
        used = server_seconds() + (_used(sealer) if audited else 0) - before
    used += sum(seconds for *_, seconds in results)
    began, ended = min(each[0] for each in results), max(each[1] for each in results)
    if audited:
        ended = max(ended, _ask(_SEALED_AT)[0][0])
    else:
        with _sealing():  # or the next portion would have it to do
            _wait_until_sealed()
    return CLIENTS * EACH / (ended - began), used


def _result(number, client):
    file = VAR / f"done-{number}-{client}"
    while not file.exists():
        time.sleep(0.02)
    return json.loads(file.read_text())


@contextmanager
def _sealing():
    """A sealer that is up."""
    with subprocess.Popen([sys.executable, "manage.py", "seal"], cwd=ROOT) as sealer:
        try:
            while not _ask(_AT_WORK):
                time.sleep(0.05)
            yield sealer
        finally:
            sealer.kill()


def _used(process):
    return sum(psutil.Process(process.pid).cpu_times()[:2])


def _wait_until_sealed():
    while _ask(_UNSEALED)[0][0]:
        time.sleep(0.02)


def _ask(question, *, run=False):
    """The answer's rows; with `run`, each of them is a statement to be run."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(question)
        rows = cursor.fetchall()
        for (statement,) in rows if run else ():
            cursor.execute(statement)
    return rows


def _client(requester, assessor, client):
    """Submit a share of each portion as it is called."""
    from accounts.models import User
    from approvals import services

    ben = User.objects.get(email=requester)
    for number in range(PORTIONS):
        while not (VAR / f"go-{number}").exists():
            time.sleep(0.01)
        began, before = time.time(), time.process_time()
        for each in range(EACH):
            services.submit_request(
                content=content(f"{number} {client} {each}"), assigned_to=assessor, actor=ben
            )
        used = time.process_time() - before
        file = VAR / f"done-{number}-{client}"
        part = file.with_suffix(".part")
        part.write_text(json.dumps([began, time.time(), used]))
        part.rename(file)
