"""
Who must decide, how many, and by when.

A policy is a row of stages; each stage is one task. The policy is copied onto the request when it
is submitted, so that editing a named policy changes nothing that is under way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.deadlines import DUE as DUE
from approvals.deadlines import Deadlines, parse_deadlines
from approvals.deadlines import InvalidPolicy as InvalidPolicy
from approvals.flaws import RULES

MOST_STAGES = 10
MOST_ASSESSORS = 50
# The engine's own timeout is a safety net behind the due time that the database watches. It must
# not overtake a verdict that was given in time and waits for a worker.
ENGINE_GRACE = 7 * 24 * 3600  # seconds
_LISTS = ("remind_hours", "escalate_to")
REVISION_TIMEOUT = 30 * 24 * 3600  # seconds the requester has for a new version


@dataclass(frozen=True, kw_only=True)
class Stage(Deadlines):
    """
    One round of verdicts, and by when.

    `approve_n` approvals pass it, `return_n` other verdicts return it. Either `assessors` (people,
    by e-mail address in what users write and by id in the copy on a request) or one `group`.
    """

    name: str
    approve_n: int
    return_n: int
    assessors: tuple[str, ...]
    group: str

    @property
    def seats(self) -> int:
        """How many verdicts settle the stage at the most: with so many, one side has enough."""
        return self.approve_n + self.return_n - 1

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "approve_n": self.approve_n,
            "return_n": self.return_n,
            "assessors": list(self.assessors),
            "group": self.group,
            "due_hours": self.due_hours,
            "remind_hours": list(self.remind_hours),
            "grace_hours": self.grace_hours,
            "nag_hours": self.nag_hours,
            "escalate_to": list(self.escalate_to),
        }


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The stages, in the order in which they are passed, and rules of item writing that are off."""

    stages: tuple[Stage, ...]
    flaws_off: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Policy":
        """The policy as a request keeps it: written by as_json, and not checked again."""
        return cls(
            stages=tuple(_kept_stage(stage) for stage in kept["stages"]),
            flaws_off=tuple(kept.get("flaws_off", ())),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "stages": [stage.as_json() for stage in self.stages],
            "flaws_off": list(self.flaws_off),
        }

    @property
    def engine_timeouts(self) -> list[int]:
        """Seconds after which the workflow gives each stage up by itself."""
        return [int(stage.due_hours * 3600) + stage.grace + ENGINE_GRACE for stage in self.stages]


def one_assessor(email: str) -> dict[str, Any]:
    """The policy that a bare `assigned_to` stands for."""
    return {"stages": [{"assessors": [email]}]}


def parse_policy(given: Any, *, field: str = "policy") -> Policy:
    """
    The policy in `{"stages": [{name?, assessors? | group?, approve_n?, return_n?, …}],
    "flaws_off"?: [rule, …]}`; stages have the members of approvals.deadlines.Deadlines besides.

    Raises InvalidPolicy that names the first place at fault. Whether the people exist and may
    decide is not asked here.
    """
    policy = _mapping(given, field, allowed={"stages", "flaws_off"})
    stages = policy.get("stages")
    if not isinstance(stages, list) or not 1 <= len(stages) <= MOST_STAGES:
        raise InvalidPolicy(
            f"A policy has 1 to {MOST_STAGES} stages, in a list.", field=f"{field}.stages"
        )
    return Policy(
        stages=tuple(
            _stage(stage, number, f"{field}.stages[{number}]")
            for number, stage in enumerate(stages)
        ),
        flaws_off=_flaws_off(policy.get("flaws_off", []), f"{field}.flaws_off"),
    )


def _flaws_off(given: Any, field: str) -> tuple[str, ...]:
    """Each once, in the order of the register."""
    if not isinstance(given, list):
        raise InvalidPolicy("Rules that are off are a list of their names.", field=field)
    for number, name in enumerate(given):
        if not isinstance(name, str) or name not in RULES:
            raise InvalidPolicy("No rule has this name.", field=f"{field}[{number}]")
    return tuple(name for name in RULES if name in given)


def _kept_stage(kept: Mapping[str, Any]) -> Stage:
    """Copies from before there were deadlines lack what is said of these."""
    lists = {name: tuple(kept.get(name, ())) for name in ("assessors", *_LISTS)}
    return Stage(**{**kept, **lists})


def _stage(given: Any, number: int, field: str) -> Stage:
    stage = _mapping(given, field, allowed=set(Stage.__dataclass_fields__))
    assessors, group = _assessors(stage, field), stage.get("group", "")
    if not isinstance(group, str):
        raise InvalidPolicy("A group is given by its name.", field=f"{field}.group")
    if bool(assessors) == bool(group):
        raise InvalidPolicy("A stage names either assessors or a group.", field=field)
    name = stage.get("name") or f"Stage {number + 1}"
    if not isinstance(name, str) or len(name) > 100:
        raise InvalidPolicy("A stage's name has at most 100 characters.", field=f"{field}.name")
    parsed = Stage(
        name=name,
        approve_n=_count(stage, "approve_n", field),
        return_n=_count(stage, "return_n", field),
        assessors=assessors,
        group=group,
        **parse_deadlines(stage, field),
    )
    if assessors:
        ensure_reachable(parsed, len(assessors), field)
    return parsed


def ensure_reachable(stage: Stage, people: int, field: str) -> None:
    """Refuse a stage that could stay open although everyone has decided."""
    if people < stage.seats:
        raise InvalidPolicy(
            f"{stage.approve_n} approvals or {stage.return_n} returns need at least {stage.seats} "
            f"assessors to be sure of an outcome; there are {people}.",
            field=field,
        )


def _mapping(given: Any, field: str, *, allowed: set[str]) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidPolicy("This is an object with named members.", field=field)
    for name in given:
        if name not in allowed:
            raise InvalidPolicy("There is no such setting.", field=f"{field}.{name}")
    return given


def _assessors(stage: Mapping[str, Any], field: str) -> tuple[str, ...]:
    given = stage.get("assessors", [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InvalidPolicy("Assessors are a list of e-mail addresses.", field=f"{field}.assessors")
    if len(given) > MOST_ASSESSORS:
        raise InvalidPolicy(
            f"A stage has at most {MOST_ASSESSORS} assessors.", field=f"{field}.assessors"
        )
    lowered = tuple(each.strip().lower() for each in given)
    if len(set(lowered)) < len(lowered):
        raise InvalidPolicy("Somebody is named twice.", field=f"{field}.assessors")
    return lowered


def _count(stage: Mapping[str, Any], name: str, field: str) -> int:
    value = stage.get(name, 1)
    if type(value) is not int or not 1 <= value <= MOST_ASSESSORS:
        raise InvalidPolicy(
            f"This is a whole number from 1 to {MOST_ASSESSORS}.", field=f"{field}.{name}"
        )
    return value
