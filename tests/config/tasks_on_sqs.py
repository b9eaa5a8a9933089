"""Tasks for tests of a real worker: each notes in a file that it ran."""

import time
from pathlib import Path

from celery import shared_task


def _note(file, line):
    with Path(file).open("a", encoding="utf-8") as notes:
        notes.write(f"{line}\n")


@shared_task(name="core.take_a_while")
def take_a_while(*, file, seconds):
    _note(file, "began")
    time.sleep(seconds)
    _note(file, "ended")


@shared_task(name="core.fail")
def fail(*, file):
    _note(file, "failed")
    raise ValueError("as every time")
