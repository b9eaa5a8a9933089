"""
What being audited costs the writers: requests submitted with the audit trail and without.

Eight clients submit through the services, in pairs of portions: one with triggers and sealer, one
with the triggers switched off and the sealer stopped. A portion with audit ends when all of it is
sealed. What both have is the event itself, which others than the trail wait for, too.
"""

import os
import statistics
import subprocess
import sys
import time
from contextlib import closing, contextmanager, nullcontext

import psycopg2

from bench.ground import ROOT, empty_database, in_a_process, together
from bench.through_services import content, make_people

CLIENTS = 8
EACH = 60  # submissions of a client in a portion
PAIRS = 4
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
SELECT 1 FROM pg_stat_activity WHERE query ILIKE '%audit_batch%' AND pid <> pg_backend_pid()
"""


def measure(report):
    with empty_database():
        people = in_a_process(make_people)
        _portion(people, audited=True)  # to warm up
        pairs = []
        for number in range(PAIRS):
            order = (False, True) if number % 2 else (True, False)
            rates = {audited: _portion(people, audited=audited) for audited in order}
            pairs.append(rates)
    ratio = statistics.median(rates[True] / rates[False] for rates in pairs)
    bare = statistics.median(rates[False] for rates in pairs)
    report.add(f"submitted by {CLIENTS} clients without audit", f"{bare:.0f}/s")
    report.add(
        "audited, until all is sealed, beside that",
        f"{ratio:.0%}",
        aim=f"≥ {AIM:.0%}",
        held=ratio >= AIM,
    )


def _portion(people, *, audited):
    """Submissions a second."""
    _ask(_SWITCH.format(how="ENABLE ALWAYS" if audited else "DISABLE"), run=True)
    with _sealing() if audited else nullcontext():
        results = together(_submit, [(*people, EACH)] * CLIENTS)
        if audited:
            _wait_until_sealed()
    began, ended = min(each for each, _ in results), max(each for _, each in results)
    if audited:
        ended = max(ended, _ask(_SEALED_AT)[0][0])
    else:
        with _sealing():  # or the next portion would have it to do
            _wait_until_sealed()
    return CLIENTS * EACH / (ended - began)


@contextmanager
def _sealing():
    """A sealer that is up."""
    with subprocess.Popen([sys.executable, "manage.py", "seal"], cwd=ROOT) as sealer:
        try:
            while not _ask(_AT_WORK):
                time.sleep(0.05)
            yield
        finally:
            sealer.kill()


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


def _submit(requester, assessor, count):
    from accounts.models import User
    from approvals import services

    ben = User.objects.get(email=requester)
    began = time.time()
    for number in range(count):
        services.submit_request(
            content=content(f"{os.getpid()} {time.time()} {number}"),
            assigned_to=assessor,
            actor=ben,
        )
    return began, time.time()
