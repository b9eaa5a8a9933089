"""
One crash at every point of a decision's way, before it and after it, each in a process of its own.

A child plays a story from submission to end, doing the parts of web, relay, worker, consumer and
timer itself, and dies at its point. Time passes; a second child repeats the caller's calls and
works on until nothing is left. Then the checker looks.
"""

import json
import os
import signal
import time
import traceback
from collections import Counter
from dataclasses import asdict

from harness import checker, evidence, stories
from harness.ledger import Chapter, Ledger
from harness.points import Points
from harness.road import Road

PATIENCE = 60  # seconds for one child


def run(ground, *, kind="approved", every=1, at="", only_first=False, engine="local", say=print):
    """
    Try every `every`th point, or every one with `at` in its name.

    True if the checker finds nothing after any of them.
    """
    began = time.monotonic()
    ledger = Ledger(engine=engine, faults={"kill failpoint": 1})
    points = _play(ground, ledger, kind)
    say(f"{len(points)} points on the way of a request that is {kind}:")
    for number, (name, _) in enumerate(points):
        say(f"{number:5}  {name}")
    known = _violations(ground, ledger)
    bad, tried = len(known), Counter()
    chosen = [each for each in enumerate(points) if at in each[1][0]]
    for number, point in chosen[::every]:
        for side in ("before", "after"):
            if bad and only_first:
                break
            tried[_play(ground, ledger, kind, Points(point, side))] += 1
            fresh = _violations(ground, ledger) - known
            known |= fresh
            bad += len(fresh)
            for violation in sorted(fresh):
                say(f"  {side} {number}: {violation}")
    checker.report(_checked(ground, ledger), say)
    say(
        f"{tried[True]} crashes at {len(points)} points in {time.monotonic() - began:.0f} s,"
        f" {tried[False]} not reached, {bad} violations"
    )
    return not bad and tried[True] > 0


def _play(ground, ledger, kind, fatal=None):
    """One story: with a crash on the way (True if it came to it), else the points it passed."""
    (story,) = stories.plan(1, len(ledger.chapters), kinds=[kind])
    story = stories.numbered(story, len(ledger.chapters))
    died = fatal is not None and _in_a_child(ground, story, fatal) is None
    if fatal is not None:
        ground.let_time_pass()
    answer = _in_a_child(ground, story, Points())
    if answer is None:
        answer = {"chapter": asdict(Chapter(story, stuck="the second child died")), "points": []}
    kept = {**answer["chapter"], "story": story}
    ledger.chapters.append(Chapter(**kept))
    return died if fatal is not None else answer["points"]


def _in_a_child(ground, story, points):
    """What a forked child says of playing the story; None if it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            answer = _played(ground, story, points)
            with os.fdopen(writing, "w") as pipe:
                json.dump(answer, pipe)
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text and os.WIFEXITED(status) else None


def _played(ground, story, points):
    signal.alarm(PATIENCE * 2)
    points.install()
    points.on = True
    road = Road(ground, patience=PATIENCE)
    chapter = road.play(story)
    points.on = False
    road.work_off()
    return {"chapter": asdict(chapter), "points": points.passed}


def _checked(ground, ledger):
    found = evidence.gather(ground.database, var=ground.var, emulator=ground.cloud)
    return checker.check(found, ledger)


def _violations(ground, ledger):
    return {
        f"{finding.name}: {violation}"
        for finding in _checked(ground, ledger)
        for violation in finding.violations
    }
