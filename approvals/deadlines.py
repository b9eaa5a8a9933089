"""When a stage is due, what happens before and after that, and who hears of it: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.errors import Invalid

LONGEST_DUE = 365 * 24  # hours
LONGEST_GRACE = 90 * 24
LEAST_NAG = 1
DUE = 72.0
REMIND = 24.0  # before it is due, where that is later than the beginning and nothing else is said
MOST_REMINDERS = 5
MOST_NAGS = 10
MOST_ESCALATED = 20
REQUESTER = "requester"


class InvalidPolicy(Invalid):
    """The policy cannot be kept. `field` names the place, such as `policy.stages[0].due_hours`."""

    code = "invalid_policy"


class StepKind(StrEnum):
    """What happens of itself while a task waits."""

    REMINDER = "REMINDER"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True)
class Step:
    """The reminders count from 0; OVERDUE 0 is the due time itself, what follows are the nags."""

    kind: StepKind
    number: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """
    By when, in hours.

    `remind_hours` are before the due time, the earliest first. For `grace_hours` after it a
    verdict still counts; meanwhile whoever was asked hears of it every `nag_hours` (0: once).
    `escalate_to` are told once: people as in Stage.assessors, names of groups, "requester".
    """

    due_hours: float = DUE
    remind_hours: tuple[float, ...] = ()
    grace_hours: float = 0.0
    nag_hours: float = 0.0
    escalate_to: tuple[str, ...] = ()

    @property
    def grace(self) -> int:
        """Seconds."""
        return int(self.grace_hours * 3600)

    def due_from(self, start: datetime) -> datetime:
        return start + timedelta(hours=self.due_hours)

    def steps(self, due_at: datetime) -> Iterator[Step]:
        """All that there can be, in order. The nags stop by themselves, whatever happens."""
        for number, hours in enumerate(self.remind_hours):
            yield Step(StepKind.REMINDER, number, due_at - timedelta(hours=hours))
        if not self.grace:
            return
        yield Step(StepKind.OVERDUE, 0, due_at)
        for number in range(1, MOST_NAGS + 1):
            at = due_at + timedelta(hours=self.nag_hours * number)
            if not self.nag_hours or at >= due_at + timedelta(hours=self.grace_hours):
                return
            yield Step(StepKind.OVERDUE, number, at)

    def step_at(self, due_at: datetime, now: datetime) -> Step | None:
        """The latest one whose time has come: whoever was late skips what came before it."""
        ripe = [step for step in self.steps(due_at) if step.at <= now]
        return ripe[-1] if ripe else None

    def next_step_at(self, due_at: datetime, now: datetime) -> datetime | None:
        return next((step.at for step in self.steps(due_at) if step.at > now), None)


def parse_deadlines(stage: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The members of Deadlines in what users write of a stage. Raises InvalidPolicy."""
    due = _hours(stage, "due_hours", field, default=DUE, most=LONGEST_DUE)
    grace = _hours(stage, "grace_hours", field, most=LONGEST_GRACE, or_none=True)
    nag = _hours(stage, "nag_hours", field, most=LONGEST_GRACE, or_none=True)
    if nag and not LEAST_NAG <= nag < grace:
        raise InvalidPolicy(
            f"This is 0, or from {LEAST_NAG} hour to less than grace_hours.",
            field=f"{field}.nag_hours",
        )
    return {
        "due_hours": due,
        "remind_hours": _reminders(stage, field, due),
        "grace_hours": grace,
        "nag_hours": nag,
        "escalate_to": _escalated(stage, field),
    }


def _hours(
    stage: Mapping[str, Any],
    name: str,
    field: str,
    *,
    most: float,
    default: float = 0.0,
    or_none: bool = False,
) -> float:
    value = stage.get(name, default)
    # Written so that what is not a number in the arithmetic sense is refused as well.
    if type(value) in (int, float) and (0 < value <= most or (or_none and value == 0)):
        return float(value)
    least = "from 0" if or_none else "above 0"
    raise InvalidPolicy(
        f"This is a number of hours {least}, up to {most}.", field=f"{field}.{name}"
    )


def _reminders(stage: Mapping[str, Any], field: str, due: float) -> tuple[float, ...]:
    given = stage.get("remind_hours", [REMIND] if due > REMIND else [])
    if not isinstance(given, list) or len(given) > MOST_REMINDERS:
        raise InvalidPolicy(
            f"This is a list of at most {MOST_REMINDERS} numbers of hours.",
            field=f"{field}.remind_hours",
        )
    for hours in given:
        if type(hours) not in (int, float) or not 0 < hours < due:
            raise InvalidPolicy(
                "A reminder comes some hours before the due time, and after the beginning.",
                field=f"{field}.remind_hours",
            )
    return tuple(sorted({float(hours) for hours in given}, reverse=True))


def _escalated(stage: Mapping[str, Any], field: str) -> tuple[str, ...]:
    given = stage.get("escalate_to", [])
    if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
        raise InvalidPolicy(
            f'This is a list of e-mail addresses, names of groups and "{REQUESTER}".',
            field=f"{field}.escalate_to",
        )
    if len(given) > MOST_ESCALATED:
        raise InvalidPolicy(f"At most {MOST_ESCALATED} are told.", field=f"{field}.escalate_to")
    named = (each.strip().lower() if "@" in each else each for each in given)
    return tuple(dict.fromkeys(named))
