"""Prints what the suite holds, as the table in docs/reliability.md. Its tests prove the figures."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.parity.cases import approval, choices, data, tasks
from tests.parity.gaps import GAPS
from tests.parity.gaps.gap import Gap
from tests.parity.reach import everything
from tests.parity.story import Case

THEMES = {
    "Data: paths, templates, context, intrinsics, ends, sending": data.CASES,
    "Choice: every operator": choices.CASES,
    "Waits, tokens, clocks, Retry, Catch, stops, loops": tasks.CASES,
    "The approval workflow": approval.CASES,
}


def table() -> Iterator[str]:
    """The cases by theme: for each emulator the same, rewritten by a gap, going its own way."""
    yield "| Cases | Number | moto: same / rewritten / own way | MiniStack |"
    yield "|---|---|---|---|"
    for theme, cases in [*THEMES.items(), ("All", [c for t in THEMES.values() for c in t])]:
        counts = " | ".join(_counted(cases, kind) for kind in GAPS)
        yield f"| {theme} | {len(cases)} | {counts} |"


def _counted(cases: Sequence[Case], kind: str) -> str:
    found = Counter(_way(case, GAPS[kind]) for case in cases)
    return " / ".join(str(found[way]) for way in ("same", "rewritten", "own way"))


def _way(case: Case, gaps: Sequence[Gap]) -> str:
    listed = [gap for gap in gaps if case.name in gap.cases]
    if any(gap.change is None for gap in listed):
        return "own way"
    return "rewritten" if listed else "same"


def gap_list(kind: str) -> Iterator[str]:
    """The emulator's gaps, a line each."""
    for gap in GAPS[kind]:
        shown = len(gap.cases) or "wherever it can"
        yield f"| {gap.does} | {gap.aws} | {gap.page} | {shown} |"


def everything_known() -> Iterator[str]:
    """All of it."""
    yield from table()
    yield f"\n{len(everything(approval.DOCUMENT))} places in the approval workflow."
    for kind in GAPS:
        yield f"\n| {kind} | Step Functions, and the local engine | Said in | Cases |"
        yield "|---|---|---|---|"
        yield from gap_list(kind)


sys.stdout.write("\n".join(everything_known()) + "\n")
