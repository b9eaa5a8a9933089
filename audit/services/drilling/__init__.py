"""The tamper drill: every way to alter the trail is tried on a copy, and has to be found."""

import time
from dataclasses import dataclass

from django.db import transaction

from audit.events import TamperDrillHeld
from audit.services.checking import CHECKS, Finding
from audit.services.drilling.scratch import COPIED, Scratch, scratch_copy
from audit.services.drilling.scratch import TrailTooShort as TrailTooShort
from audit.services.drilling.tamperings import TAMPERINGS as TAMPERINGS
from audit.services.drilling.tamperings import Tampering
from core.actor import Actor
from outbox.publishing import publish


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was done to the copy, and what the check said of it."""

    title: str
    done: str
    check: str  # that found it; empty if none did
    said: str
    others: list[str]  # checks that found it, too

    @property
    def is_found(self) -> bool:
        return bool(self.check)


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill on entries `first` to `last`. `amiss` is what was wrong before anything was done."""

    first: int
    last: int
    seconds: float
    attempts: list[Attempt]
    amiss: list[Finding]

    @property
    def found(self) -> int:
        return sum(attempt.is_found for attempt in self.attempts)

    @property
    def is_passed(self) -> bool:
        return self.found == len(self.attempts) and not self.amiss


def hold_drill(*, actor: Actor, at_most: int = COPIED) -> Drill:
    """
    Alter a copy of the newest entries in fourteen ways, and check it each time.

    `at_most` so many are copied, and what is left of the block that the first of them stands in.

    The real trail is only read, and the copy is gone afterwards, however this ends. Raises
    TrailTooShort. Takes seconds.
    """
    began = time.monotonic()
    with scratch_copy(at_most) as copy:
        amiss = copy.check().findings
        attempts = [_attempt(copy, tampering, amiss) for tampering in TAMPERINGS]
        first, last = copy.since + 1, copy.size
    drill = Drill(first, last, time.monotonic() - began, attempts, amiss)
    with transaction.atomic():
        publish(_told(drill), actor=actor)
    return drill


def _attempt(copy: Scratch, tampering: Tampering, amiss: list[Finding]) -> Attempt:
    with copy.undone():
        number = tampering.act(copy)
        findings = [finding for finding in copy.check().findings if finding not in amiss]
    checks = [check for check in CHECKS if any(check == finding.check for finding in findings)]
    first = next((finding for finding in findings if finding.check == checks[0]), None)
    return Attempt(
        title=tampering.title,
        done=tampering.done.format(number),
        check=checks[0] if checks else "",
        said=first.said if first else "",
        others=checks[1:],
    )


def _told(drill: Drill) -> TamperDrillHeld:
    return TamperDrillHeld(
        first=drill.first,
        last=drill.last,
        tried=len(drill.attempts),
        found=drill.found,
        amiss=len(drill.amiss),
        missed=[attempt.title for attempt in drill.attempts if not attempt.is_found],
    )
