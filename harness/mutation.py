"""Ten known bugs, put into a copy of the checkout one at a time: each must be found."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.world import ROOT

PATCHES = Path(__file__).parent / "mutants"
PATIENCE = 600  # seconds for one scenario
_VIOLATED = re.compile(r"^\s*[\d,]+  VIOLATED \d+ times\s+(.+)$", re.MULTILINE)
_WRONG = re.compile(r"(\d+) wrong answers")

# Whatever a scenario does, it does it to the whole product; each names what it does most of.
SCENARIOS = {
    "crashes around the decision": ("failpoints", "--first", "--at=approval_decisions"),
    "crashes around the answer": ("failpoints", "--first", "--at=workflows_historyevent"),
    "crashes around deliveries": ("failpoints", "--first", "--at=outbox/delivery.py"),
    "copied and old messages": (
        *("chaos", "--n=40", "--seconds=12", "--settle=90"),
        *("--only=copies", "--only=stale", "--kind=expired", "--kind=approved"),
    ),
    "fifty deciders": ("race", "--rounds=4"),
    "no faults at all": ("chaos", "--n=60", "--seconds=10", "--settle=90", "--only=none"),
    "four timers": (
        *("chaos", "--n=80", "--seconds=8", "--settle=90"),
        *("--only=none", "--beats=4", "--kind=expired"),
    ),
}


@dataclass(frozen=True)
class Mutant:
    """A seeded bug: its patch, what is wrong with it, and the scenario that has to find it."""

    name: str
    bug: str
    scenario: str


MUTANTS = (
    Mutant(
        "commit_then_call",
        "the decision is told of after its commit",
        "crashes around the decision",
    ),
    Mutant("no_dedup", "a repeated message is news again", "copied and old messages"),
    Mutant("early_ack", "a delivery is settled before it is made", "crashes around deliveries"),
    Mutant("token_overwrite", "any token replaces the one held", "copied and old messages"),
    Mutant("no_sweep", "what a killed worker had in hand stays there", "crashes around deliveries"),
    Mutant(
        "error_class_guess",
        "the class of a refusal decides what became",
        "crashes around the answer",
    ),
    Mutant("unlocked_decision", "a decision does not lock its task", "fifty deciders"),
    Mutant("lease_ignored", "what is being worked on is handed over again", "no faults at all"),
    Mutant("double_beat", "two timers expire the same task", "four timers"),
    Mutant("status_goes_back", "a closed request is closed again", "no faults at all"),
)


class DoesNotApply(Exception):
    """A patch is older than the code: make it anew."""


def run(*, only=(), baseline=True, seed, engine="local", say=print):
    """Try every mutant, and before it its scenario without it; True if all ten are caught."""
    chosen = [mutant for mutant in MUTANTS if not only or mutant.name in only]
    sound = _sound({mutant.scenario for mutant in chosen}, seed, say) if baseline else True
    rows = []
    for mutant in chosen:
        began = time.monotonic()
        with copy_of_the_checkout() as place:
            apply(place, mutant)
            caught = _caught(place, SCENARIOS[mutant.scenario], seed)
        rows.append((mutant, caught, time.monotonic() - began))
        say(_row(*rows[-1]))
        sys.stdout.flush()
    missed = [mutant.name for mutant, caught, _ in rows if not caught]
    say(
        f"{len(rows) - len(missed)} of {len(rows)} caught{'; missed: ' if missed else ''}"
        + ", ".join(missed)
    )
    return sound and not missed


def _sound(scenarios, seed, say):
    """Whether these scenarios find nothing in the code as it is: else a catch says nothing."""
    sound = True
    for name in sorted(scenarios):
        found = _caught(ROOT, SCENARIOS[name], seed)
        say(f"{'without a bug':20} {name}: {found or 'nothing violated'}")
        sound = sound and not found
    return sound


def _row(mutant, caught, seconds):
    by = " · ".join(caught) or "NOT CAUGHT"
    return f"{mutant.name:20} {seconds:4.0f} s  {mutant.bug} ({mutant.scenario}) → {by}"


def _caught(place, command, seed):
    """The invariants that a scenario found violated there; empty if it found nothing."""
    command = [sys.executable, "-m", "harness", *command, f"--seed={seed}"]
    done = subprocess.run(
        ["timeout", "--signal=TERM", f"{PATIENCE}", *command],
        cwd=place,
        env=_environment(place),
        capture_output=True,
        text=True,
    )
    found = _VIOLATED.findall(done.stdout)
    wrong = _WRONG.search(done.stdout)
    if wrong and int(wrong.group(1)):
        found.append("one of fifty deciders wins, all others learn who")
    if done.returncode and not found:
        # It came to no verdict: that catches nothing.
        raise RuntimeError(f"{command}:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    return found


def _environment(place):
    ours = ("DATABASE_URL", "TEST_DATABASE_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE")
    return {**{k: v for k, v in os.environ.items() if k not in ours}, "PYTHONPATH": str(place)}


@contextmanager
def copy_of_the_checkout():
    """A folder with all that git knows or would take, as it is now; it goes afterwards."""
    place = Path(tempfile.mkdtemp(prefix="imprimatur-mutant-"))
    place.chmod(0o755)
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def apply(place, mutant):
    """Put the bug in. Raises DoesNotApply."""
    done = subprocess.run(
        ["git", "apply", str(PATCHES / f"{mutant.name}.patch")],
        cwd=place,
        env={"PATH": _environment(place)["PATH"], "GIT_CEILING_DIRECTORIES": str(place.parent)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise DoesNotApply(f"{mutant.name}.patch does not apply any more:\n{done.stderr}")
