"""Workers that die between a decision's commit and its way to the workflow, over and over."""

import time
from contextlib import closing

import psycopg2

from harness import chaos, checker, evidence, pages
from harness.driver import Driver
from harness.ledger import Ledger
from harness.stories import plan
from harness.world import Gone, World, until

WRAP = "harness.celery_that_dies"
PACE = 4  # decisions a second: few share a message, so that nearly each has a kill of its own
CONCURRENCY = 8  # children of the worker, of which one or the other is always being replaced
_TERMINAL = """
SELECT extract(epoch FROM e.stopped_at - t.decided_at) FROM approval_tasks t
JOIN workflows_execution e ON e.name = 'request-' || t.request_id
WHERE e.stopped_at IS NOT NULL AND t.decided_at IS NOT NULL"""


def run(*, kills, seed, var, aim, engine="local", say=print):
    """True if every decision arrives, 99 % of them within `aim` seconds, and all else is well."""
    say(f"lost callbacks: {kills} kills between commit and call, engine {engine}, seed {seed}")
    with World(var, engine=engine, wrap=WRAP, concurrency=CONCURRENCY) as world:
        tokens = pages.people(world)
        world.start()
        ledger = Ledger(engine=engine)
        driver = Driver(world.port, tokens, ledger)
        died = _decide_until(kills, world, driver, seed)
        ledger.count("kill between commit and call, and after the call", died)
        _, quiet = chaos.settled(world, driver, seconds=150, say=say)
        found = evidence.gather(world.database, var=var, emulator=world.cloud)
        held = checker.report(checker.check(found, ledger), say)
        took = _times(world.database)
    say(f"{died} kills for {len(took)} decisions")
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    say(f"decision to terminal: p50 {p50:.1f} s, p99 {p99:.1f} s (aim {aim:g} s)")
    return held and quiet and died >= kills and p99 <= aim


def _decide_until(kills, world, driver, seed):
    """Tell stories at an even pace until enough workers have died; return how many did."""
    folder = world.var / "killed"
    stories = plan(kills * 2, seed, kinds=["approved", "rejected"])
    driver.begin([])
    for story in stories:
        if _kills(folder) >= kills:
            break
        driver.go(story)
        time.sleep(1 / PACE)
    try:
        until(lambda: _kills(folder) >= kills or not driver.under_way, "the kills", seconds=120)
    except Gone as reason:
        driver.ledger.backwards.append(str(reason))
    return _kills(folder)


def _kills(folder):
    return sum(1 for _ in folder.glob("before-*")) + sum(1 for _ in folder.glob("after-*"))


def _times(database):
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(_TERMINAL)
        return sorted(float(seconds) for (seconds,) in cursor.fetchall())
