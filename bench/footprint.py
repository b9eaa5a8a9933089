"""What `make run` costs: seconds to the first page, memory, and the processor when idle."""

import os
import shutil
import signal
import subprocess
import sys
import time

from bench.ground import ROOT, VAR
from tests.processes import Up

SETTLE = 10  # seconds for the demo work to be carried on
IDLE = 30  # seconds
MIB = 1024 * 1024


def measure(report):
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    try:
        first = _from_nothing()
        report.add(
            "first start, from a fresh copy", f"{first:.1f} s", aim="≤ 60 s", held=first <= 60
        )
        up = Up(VAR / "var")
        began = time.monotonic()
        up.start()
        data = time.monotonic() - began
        up.stop()
        began = time.monotonic()
        up.start()
        second = time.monotonic() - began
        report.add("start with new data, installed", f"{data:.1f} s")
        report.add("second start", f"{second:.1f} s", aim="≤ 8 s", held=second <= 8)
        time.sleep(SETTLE)
        _memory(report, up.family())
        _processor(report, up)
        began = time.monotonic()
        up.stop(signal.SIGTERM)
        report.add("stop", f"{time.monotonic() - began:.1f} s")
    finally:
        shutil.rmtree(VAR, ignore_errors=True)


def _from_nothing():
    """Copy the tracked files elsewhere and time `make run` there until it says where it runs."""
    copy = VAR / "copy"
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, files):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    up = Up(
        copy / "var", command=["make", "run", f"PY={os.path.realpath(sys.executable)}"], cwd=copy
    )
    began = time.monotonic()
    up.start()
    took = time.monotonic() - began
    up.stop(signal.SIGTERM)
    return took


def _memory(report, family):
    pss = sum(process.memory_full_info().pss for process in family) / MIB
    rss = sum(process.memory_info().rss for process in family) / MIB
    report.add(
        "memory of all processes, shared parts once (PSS)",
        f"{pss:.0f} MiB",
        aim="≤ 700 MB",
        held=pss * MIB <= 700e6,
    )
    report.add("the same with shared parts counted in each (RSS)", f"{rss:.0f} MiB")
    report.add("processes", str(len(family)))


def _processor(report, up):
    before = _seconds(up)
    time.sleep(IDLE)
    percent = (_seconds(up) - before) / IDLE * 100
    report.add(
        f"processor over {IDLE} s without work", f"{percent:.1f} %", aim="≤ 5 %", held=percent <= 5
    )


def _seconds(up):
    return sum(sum(process.cpu_times()[:2]) for process in up.family())
