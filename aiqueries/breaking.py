"""
When a route is left alone for a while, and when it is tried again: a circuit breaker, as plain
rules (Nygard, "Release It!", 2nd edition, chapter 5).

Closed: calls go out. Open: none do. Half-open: one probe does, and decides.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

MOST_FAILURES = 5  # in a row; then the circuit opens
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)
# A probe that has not told by then never will: its worker is gone.
PROBE_TAKES = timedelta(minutes=3)


class Answer(Enum):
    """What to do with a call."""

    CALL = "call"
    PROBE = "probe"
    LEAVE = "leave"


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """
    `failures` in a row; open while `until` is set, with `openings` in a row behind it.

    A probe may go out after `until`, if none is out until `probe_until`.
    """

    failures: int = 0
    openings: int = 0
    until: datetime | None = None
    probe_until: datetime | None = None


def answer(circuit: Circuit, now: datetime) -> Answer:
    """Whether a call may go out now."""
    if circuit.until is None:
        return Answer.CALL
    probing = circuit.probe_until is not None and now < circuit.probe_until
    return Answer.LEAVE if now < circuit.until or probing else Answer.PROBE


def after_trouble(circuit: Circuit, now: datetime, wait: float | None = None) -> Circuit:
    """
    The circuit after one more failure; `wait` is what the provider asked for, in seconds.

    Calls that were under way when it opened tell nothing new: they make no pause longer.
    """
    failed = replace(circuit, failures=circuit.failures + 1)
    asked_for = now + timedelta(seconds=wait or 0)
    if circuit.until is not None and now < circuit.until:
        return replace(failed, until=max(circuit.until, min(asked_for, now + LONGEST_PAUSE)))
    if circuit.until is None and failed.failures < MOST_FAILURES:
        return failed
    pause = min(FIRST_PAUSE * 2 ** min(circuit.openings, 10), LONGEST_PAUSE)
    until = max(now + pause, min(asked_for, now + LONGEST_PAUSE))
    return replace(failed, openings=circuit.openings + 1, until=until, probe_until=None)
