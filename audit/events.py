"""What audit itself tells."""

from dataclasses import dataclass, field
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class Reported(DomainEvent):
    """
    Another service says that something happened there. Its word, not ours.

    `occurred_at` is its time, in UTC; the entry itself bears the time at which we heard.
    """

    name: ClassVar[str] = "audit.reported"

    source: str
    report_id: str
    action: str
    object_kind: str
    object_id: str
    text: str
    occurred_at: str
    # Whose API token handed it in; empty where it came by the queue.
    reporter_id: str = ""


@dataclass(frozen=True, kw_only=True)
class SealingKeyAdded(DomainEvent):
    """Another key signs, or will sign, the trail's heads."""

    name: ClassVar[str] = "audit.sealing_key_added"

    vkey: str
    introduced: bool  # by the key that signed before


@dataclass(frozen=True, kw_only=True)
class KeysErased(DomainEvent):
    """
    The keys with these names were destroyed, so their boxes stay closed for ever.

    Many are told of in several events. `person_id` is who was erased.
    """

    name: ClassVar[str] = "audit.keys_erased"

    person_id: str
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class TrailChecked(DomainEvent):
    """Everything that is kept of the trail was checked. `failed` names the checks that failed."""

    name: ClassVar[str] = "audit.trail_checked"

    first: int
    last: int
    sealed: int
    heads: int  # that had left the building
    findings: int
    failed: list[str] = field(default_factory=list)
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class TamperDrillHeld(DomainEvent):
    """Somebody altered a copy of the trail in many ways. `missed` are those that nobody noticed."""

    name: ClassVar[str] = "audit.tamper_drill_held"

    first: int
    last: int
    tried: int
    found: int
    amiss: int = 0
    missed: list[str] = field(default_factory=list)
