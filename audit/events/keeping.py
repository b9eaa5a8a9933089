"""What audit tells of what is kept: legal holds, the archive, heads that left the building."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(DomainEvent):
    """
    Something has to be kept as it is. `scope` is EVERYTHING, PERSON or OBJECT.

    Why stands in the changed row, where it can be erased.
    """

    name: ClassVar[str] = "audit.hold_placed"

    hold_id: int
    scope: str
    what: str
    user_id: str = ""  # of the person who is held


@dataclass(frozen=True, kw_only=True)
class HoldReleased(DomainEvent):
    """What was held need not be kept any longer. Why stands in the changed row."""

    name: ClassVar[str] = "audit.hold_released"

    hold_id: int
    scope: str
    what: str
    user_id: str = ""


@dataclass(frozen=True, kw_only=True)
class HeadMailed(DomainEvent):
    """A signed head went out to auditors and administrators."""

    name: ClassVar[str] = "audit.head_mailed"

    size: int
    readers: int


@dataclass(frozen=True, kw_only=True)
class SegmentArchived(DomainEvent):
    """The storage has these entries now, read back and compared; they may go from the database."""

    name: ClassVar[str] = "audit.segment_archived"

    first: int
    last: int
    file: str
    sha256: str
