"""The harness in its short forms: real processes, and each run must find nothing amiss."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 200  # seconds, on a machine that is busy with other tests
SEED = "--seed=20261121"

pytestmark = pytest.mark.slow


def harness(*arguments):
    """Run one command of the harness in an environment without the tests' database."""
    ours = ("DATABASE_URL", "TEST_DATABASE_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE")
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments, SEED],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ours},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_nothing_is_lost_or_done_twice_under_kills_and_crashes():
    run = harness("chaos", "--n=12", "--seconds=6")

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_crash_at_any_tenth_point_of_a_decision_changes_nothing():
    run = harness("failpoints", "--every=10")

    assert run.returncode == 0, run.stdout + run.stderr


def test_one_of_fifty_deciders_wins_and_all_others_learn_who():
    run = harness("race", "--rounds=1")

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_decision_arrives_although_the_worker_that_carries_it_dies():
    run = harness("callbacks", "--kills=4", "--aim=150")

    assert run.returncode == 0, run.stdout + run.stderr
