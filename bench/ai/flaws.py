"""
How many questions a second one process looks at for item-writing flaws.

The questions are real ones (`bench.ai.bank`), over and over; no database is needed.
"""

import time
from collections import Counter

LOOKED_AT = 40_000
AIM = 2000  # questions a second


def measure(report):
    found = _look()
    per_second = found["looked_at"] / found["seconds"]
    report.add(
        f"questions looked at for flaws ({found['questions']:,} real ones, repeated)",
        f"{per_second:,.0f}/s",
        aim=f"≥ {AIM:,}/s",
        held=per_second >= AIM,
    )
    report.add("their share with a flaw or hint", f"{found['share']:.0%}")
    report.add("where the keys of 250,000 questions stand", f"{found['positions'] * 1000:,.0f} ms")


def _look():
    from approvals.flaws import find_flaws
    from approvals.flaws.positions import judged, placed
    from bench.ai import bank

    contents = bank.questions()
    rounds = -(-LOOKED_AT // len(contents))
    began = time.perf_counter()
    flaws = [find_flaws(content) for _ in range(rounds) for content in contents]
    seconds = time.perf_counter() - began
    pairs = [placed(each) for each in contents]
    many = (pairs * (250_000 // len(pairs) + 1))[:250_000]
    return {
        "questions": len(contents),
        "looked_at": len(flaws),
        "seconds": seconds,
        "share": Counter(map(bool, flaws))[True] / len(flaws),
        "positions": _timed(judged, many),
    }


def _timed(function, *given):
    began = time.perf_counter()
    function(*given)
    return time.perf_counter() - began
