"""The whole product under every fault at once, and then what is left of it."""

import time
from contextlib import suppress
from dataclasses import dataclass

from harness import checker, evidence, faults, pages, stories
from harness.driver import Driver
from harness.ledger import Ledger
from harness.messages import Messages
from harness.world import Gone, World


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run is made of; every duration in seconds."""

    count: int
    seed: int
    seconds: float
    engine: str = "local"
    settle: float = 120  # until all must be quiet
    patience: float = 240  # of each story
    only: tuple = ()  # kinds of faults; all if empty
    kinds: tuple = ()  # of stories; all if empty
    beats: int = 2
    harsh: bool = False


def run(options, var, say=print):
    """True if every invariant holds and everything was quiet within `settle` seconds."""
    say(
        f"chaos: {options.count} requests, {options.seconds:g} s of faults,"
        f" engine {options.engine}, seed {options.seed}"
    )
    doubles = {"beat": options.beats, "consume": 2, "seal": 2}
    with World(var, engine=options.engine, doubles=doubles) as world:
        ledger = Ledger(engine=options.engine)
        tokens = pages.people(world)
        ledger.secrets = list(tokens.values())
        world.start()
        say(f"  runs at port {world.port}: {', '.join(world.children)}")
        driver = Driver(world.port, tokens, ledger, patience=options.patience)
        with faults.Observer(world.database, ledger):
            _break(options, world, driver)
            took, quiet = settled(world, driver, seconds=options.settle, say=say)
        ledger.died = world.died
        ledger.save(var / "ledger.json")
        for fault, number in sorted(ledger.faults.items()):
            say(f"{number:8,}  {fault}")
        shown = pages.seen(world.port, tokens, ledger)
        with suppress(Gone):  # who reads a question is an event; what stays is found below
            faults.converge(world.database, world.cloud, seconds=30, say=say)
        found = evidence.gather(world.database, var=var, pages=shown, emulator=world.cloud)
        held = checker.report(checker.check(found, ledger), say)
    say(f"converged {took:.1f} s after the last fault" if quiet else "did not converge")
    return held and quiet


def _break(options, world, driver):
    """Tell the stories while everything goes wrong."""
    ledger, seed = driver.ledger, options.seed
    spread = options.seconds * 0.8
    if world.cloud is not None:
        world.cloud.break_things()
    driver.begin(stories.plan(options.count, seed, spread=spread, kinds=options.kinds))
    messages = Messages(world, ledger)
    programs = tuple(world.children)
    plan = faults.plan(seed, options.seconds, programs, options.only or None, options.harsh)
    faults.Faults(world, ledger, messages, plan, seed).run(options.seconds)
    if world.cloud is not None:
        ledger.faults |= world.cloud.mend_things()
    messages.forget_what_never_came()


def settled(world, driver, *, seconds, say=print):
    """How long stories and outbox took to come to an end, and whether they did."""
    began = time.monotonic()
    say(f"  faults are over; {driver.under_way} stories are under way")
    deadline = began + seconds
    while driver.under_way and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        left = max(1.0, deadline - time.monotonic())
        faults.converge(world.database, world.cloud, seconds=left, say=say)
    except Gone as reason:
        say(f"  {reason}")
        return time.monotonic() - began, False
    # The last story reads of its end a moment after everything is quiet.
    while driver.under_way and time.monotonic() < deadline:
        time.sleep(0.1)
    return time.monotonic() - began, not driver.under_way
