"""
How long an export of the whole trail takes, and how much memory: `python -m bench.audit exporting`.

A million entries, with names: each box comes with its key. Beside it the largest selection that a
single action makes, where each entry comes with its proof.
"""

import resource
import time
from pathlib import Path

from bench import trail
from bench.ground import VAR, empty_database, in_a_process

COUNT = 1_000_000
MEMORY = 400  # MiB


def measure(report):
    with empty_database() as url:
        trail.fill(url, COUNT)
        for what, action in (("whole", ""), ("selection", "approvals.task_decided")):
            count, seconds, memory = in_a_process(_export, what, action)
            report.add(f"export, {what}, of {count:,} entries", f"{seconds:.0f} s")
            report.add("  entries a second", f"{count / seconds:.0f}/s")
            held = memory <= MEMORY
            report.add("  most memory", f"{memory:.0f} MiB", aim=f"≤ {MEMORY} MiB", held=held)


def _export(name, action):
    from audit.reading.selection import Selection
    from audit.services import exporting

    began = time.monotonic()
    count = exporting.write_export(
        folder=Path(VAR) / name, selection=Selection(action=action), with_names=True
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return count, time.monotonic() - began, memory
