"""The harness in its short forms: real processes, and each run must find nothing amiss."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 280  # seconds, on a machine that is busy with other tests
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


def holds(run):
    """Fail with what the run said, unless it found nothing amiss."""
    assert run.returncode == 0, run.stdout + run.stderr


def test_nothing_is_lost_or_done_twice_under_kills_crashes_and_faults_of_aws():
    holds(harness("chaos", "--engine=stepfunctions", "--n=10", "--seconds=6", "--settle=150"))


def test_a_crash_at_any_tenth_point_of_a_decision_changes_nothing():
    holds(harness("failpoints", "--every=10"))


def test_nor_does_one_on_the_way_to_aws_and_back():
    holds(harness("failpoints", "--engine=stepfunctions", "--every=40"))


def test_one_of_fifty_deciders_wins_and_all_others_learn_who():
    holds(harness("race", "--rounds=1"))


def test_a_decision_arrives_although_the_worker_that_carries_it_dies():
    holds(harness("callbacks", "--kills=4", "--aim=150"))


def test_everything_answers_while_aws_does_not_and_drains_afterwards():
    holds(harness("outage", "--minutes=0.33", "--late=30"))
