"""What became of things that were left half-way."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AboutRepair:
    """
    What every event about a repair says.

    `kind` is one of Repair.Kind, `title` the question's or the file's name, and of `request_id`
    and `import_id` the one that does not apply is empty.
    """

    repair_id: str
    kind: str
    request_id: str
    import_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class RepairMade(AboutRepair, DomainEvent):
    """The reconciler found something left half-way and put it right."""

    name: ClassVar[str] = "approvals.repair_made"


@dataclass(frozen=True, kw_only=True)
class RepairParked(AboutRepair, DomainEvent):
    """The reconciler found something that it must not put right by itself. `reason` says why."""

    name: ClassVar[str] = "approvals.repair_parked"

    reason: str
    administrator_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class RepairRetried(AboutRepair, DomainEvent):
    """An administrator wants a parked trouble looked at again."""

    name: ClassVar[str] = "approvals.repair_retried"


@dataclass(frozen=True, kw_only=True)
class RepairPutAside(AboutRepair, DomainEvent):
    """An administrator has seen to a parked trouble, or can live with it."""

    name: ClassVar[str] = "approvals.repair_put_aside"
