"""Whom to ask next for a query, and when: decided by the calls that were made for it so far."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiqueries.kinds import Outcome, Trouble
from aiqueries.routes import Route

MOST_FAILURES = 5  # calls of a query that may go wrong
MOST_LOSSES = 5  # of its calls whose workers may die
FIRST_WAIT = 2.0  # seconds before the same model is asked again; fourfold after each failure
LONGEST_WAIT = 120.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that has ended, `says` why. Before `pause_until` the provider wants no other."""

    route: Route
    outcome: str
    trouble: str
    says: str
    ended_at: datetime
    pause_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A route that may still do better, not before `at`."""

    route: Route
    at: datetime


def chances(
    chain: Sequence[Route], calls: Sequence[Call], *, seed: str, now: datetime
) -> list[Chance]:
    """
    Who may still answer, in the order in which to ask: those asked less often come first.

    Empty where nobody can do better. The same calls and seed give the same times, so whoever
    comes back asks just when it was said.
    """
    failed = [call for call in calls if call.outcome == Outcome.FAILED]
    lost = [call for call in calls if call.outcome == Outcome.LOST]
    if len(failed) >= MOST_FAILURES or len(lost) >= MOST_LOSSES:
        return []
    if any(not Trouble(call.trouble).handling.next_provider for call in failed):
        return []
    by_route = {route: [call for call in failed if call.route == route] for route in chain}
    hopeful = [route for route in by_route if _may_do_better(by_route[route])]
    hopeful.sort(key=lambda route: len(by_route[route]))
    return [
        Chance(route=route, at=_not_before(by_route[route], f"{seed} {route}", now))
        for route in hopeful
    ]


def _may_do_better(failed: Sequence[Call]) -> bool:
    return all(Trouble(call.trouble).handling.retryable for call in failed)


def _not_before(failed: Sequence[Call], seed: str, now: datetime) -> datetime:
    if not failed:
        return now
    last = failed[-1]
    longest = min(FIRST_WAIT * 4 ** (len(failed) - 1), LONGEST_WAIT)
    # What failed together does not come back together.
    wait = random.Random(f"{seed} {len(failed)}").uniform(longest / 2, longest)  # noqa: S311
    return max(last.ended_at + timedelta(seconds=wait), last.pause_until or last.ended_at)
