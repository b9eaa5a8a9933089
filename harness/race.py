"""Fifty people decide the same task at the same moment."""

import threading
import time
from collections import Counter
from http.client import HTTPException

from harness import chaos, checker, evidence, pages
from harness.driver import Api, Driver
from harness.ledger import Ledger
from harness.people import NAMES
from harness.stories import Story, Turn
from harness.world import World

DECIDERS = 50
GATHER = 20  # seconds for all of them to be ready
STAGE = {"group": "assessors"}


def run(*, rounds, seed, var, engine="local", deciders=DECIDERS, say=print):
    """True if each time one gets 200 and all others 409 with that one's name."""
    say(f"race: {deciders} deciders, {rounds} rounds, engine {engine}")
    with World(var, engine=engine) as world:
        tokens = pages.people(world, crowd=deciders)
        world.start()
        ledger = Ledger(engine=engine)
        driver = Driver(world.port, tokens, ledger)
        judges = {name: Api(world.port, tokens[name]) for name in tokens if name[:5] == "judge"}
        wrong = [
            f"round {number}: {fault}"
            for number in range(rounds)
            for fault in _round(driver, judges, number)
        ]
        _, quiet = chaos.settled(world, driver, seconds=90, say=say)
        found = evidence.gather(world.database, var=var, emulator=world.cloud)
        held = checker.report(checker.check(found, ledger), say)
    for fault in wrong:
        say(f"{'':10}- {fault}")
    say(f"{rounds * deciders} decisions at once: {len(wrong)} wrong answers")
    return held and quiet and not wrong


def _round(driver, judges, number):
    story = Story(number, "raced", "ben", (STAGE,), (Turn(0, 0, ()),), "APPROVED", eager=True)
    chapter = driver.chapter_of(story)
    deadline = time.monotonic() + 60
    api = driver.apis["ben"]
    task = driver.submit(chapter, api, deadline)
    answers = _at_once(judges, task)
    chapter.finished = True
    winners = [name for name, (status, _) in answers.items() if status == 200]
    chapter.decisions += [[task, name, "APPROVED"] for name in winners]
    yield from _judged(answers, winners)


def _at_once(judges, task):
    barrier, answers = threading.Barrier(len(judges)), {}

    def decide(name):
        barrier.wait(GATHER)
        body = {"verdict": "APPROVED"}
        try:
            answers[name] = judges[name].call("POST", f"approval-tasks/{task}/decision/", body)
        except (OSError, HTTPException) as error:
            answers[name] = (0, {"code": repr(error)})

    gate, Api.gate = Api.gate, threading.Semaphore(len(judges))
    try:
        threads = [threading.Thread(target=decide, args=(name,)) for name in judges]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(GATHER * 2)
    finally:
        Api.gate = gate
    return answers


def _judged(answers, winners):
    statuses = Counter(status for status, _ in answers.values())
    if statuses != {200: 1, 409: len(answers) - 1}:
        yield f"answers {dict(statuses)}"
    names = {_full_name(name) for name in winners}
    for name, (status, answer) in answers.items():
        if status == 409 and answer.get("decided_by") not in names:
            yield f"{name} was told {answer.get('code')} by {answer.get('decided_by')}"


def _full_name(name):
    return NAMES[name][0] if name in NAMES else f"Judge {name.removeprefix('judge')}"
