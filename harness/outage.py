"""AWS does not answer for a while: what people see meanwhile, and how long it takes to catch up."""

import time

from harness import chaos, checker, evidence, pages, stories
from harness.driver import Driver
from harness.ledger import Ledger
from harness.world import World

REQUESTS = 40


def run(*, minutes, seed, var, late, how="hang", settle=240, say=print):
    """True if all pages answer within `late` seconds throughout, and all drains afterwards."""
    say(f"outage: AWS does not answer for {minutes:g} minutes ({how}), seed {seed}")
    with World(var, engine="stepfunctions") as world:
        tokens = pages.people(world)
        ledger = Ledger(engine="stepfunctions")
        ledger.secrets = list(tokens.values())
        world.start()
        driver = Driver(world.port, tokens, ledger, patience=minutes * 60 + settle)
        visitors = [pages.Visitor(world.port, role) for role in pages.ROLES]
        before = _walk(visitors)
        _report("before", before, say)
        driver.begin(stories.plan(REQUESTS, seed, spread=minutes * 60 * 0.8, kinds=KINDS))
        time.sleep(3)  # some are under way
        during = _cut(world, visitors, minutes, how, say)
        took, quiet = chaos.settled(world, driver, seconds=settle, say=say)
        ledger.save(var / "ledger.json")
        found = evidence.gather(world.database, var=var, emulator=world.cloud)
        held = checker.report(checker.check(found, ledger), say)
    wrong = [each for each in (*before, *during) if each[1] >= 500 or each[2] > late]
    for path, status, seconds in wrong[:20]:
        say(f"{'':10}- {path}: {status} after {seconds:.1f} s")
    say(f"{len(during)} pages and calls during the outage, {len(wrong)} without an answer")
    say(f"drained {took:.1f} s after AWS was back" if quiet else "did not drain")
    return held and quiet and not wrong


# Nobody expires here: the timer that expires goes on, and only the workflow hears of it late.
KINDS = ["approved", "rejected", "two stages", "changed", "withdrawn"]


def _cut(world, visitors, minutes, how, say):
    """Walk through everything for as long as AWS is away; return what was read."""
    cut, mend = getattr(world.cloud, how), world.cloud.wake if how == "hang" else None
    until, seen = time.monotonic() + minutes * 60, []
    cut()
    try:
        while time.monotonic() < until:
            seen += _walk(visitors)
            time.sleep(min(5, max(0, until - time.monotonic())))
    finally:
        (mend or world.cloud.answer_again)()
    _report("during", seen, say)
    return seen


def _walk(visitors):
    return [
        (f"{path} for {visitor.name}", status, seconds)
        for visitor in visitors
        for path in pages.PATHS
        for status, _, seconds in [visitor.read(path)]
    ]


def _report(when, seen, say):
    times = sorted(seconds for _, _, seconds in seen)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    say(f"  {when}: {len(seen)} answers, p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
