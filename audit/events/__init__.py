"""What audit itself tells."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

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


@dataclass(frozen=True, kw_only=True)
class ExportAsked(DomainEvent):
    """Somebody wants a copy of the trail. `selection` names people by their ids."""

    name: ClassVar[str] = "audit.export_asked"

    export_id: str
    selection: dict[str, Any]
    with_names: bool


@dataclass(frozen=True, kw_only=True)
class ExportFinished(DomainEvent):
    """An export is ready: `count` entries below the head of `head_size`."""

    name: ClassVar[str] = "audit.export_finished"

    export_id: str
    count: int
    head_size: int
    with_names: bool = False
    selection: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ExportFailed(DomainEvent):
    name: ClassVar[str] = "audit.export_failed"

    export_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExportDownloaded(DomainEvent):
    """A file of an export was sent to somebody."""

    name: ClassVar[str] = "audit.export_downloaded"

    export_id: str
    file: str


@dataclass(frozen=True, kw_only=True)
class ExportExpired(DomainEvent):
    """An export can no longer be fetched, and why."""

    name: ClassVar[str] = "audit.export_expired"

    export_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StreamCreated(DomainEvent):
    """From now on entries are sent to an address."""

    name: ClassVar[str] = "audit.stream_created"

    stream_id: str
    stream_name: str
    url: str
    filter: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StreamChanged(DomainEvent):
    """Address or filter are others now. `before` and `after` have what differs."""

    name: ClassVar[str] = "audit.stream_changed"

    stream_id: str
    stream_name: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StreamPaused(DomainEvent):
    """Nothing is sent until it is resumed; `reason` is empty where a person paused it."""

    name: ClassVar[str] = "audit.stream_paused"

    stream_id: str
    stream_name: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StreamResumed(DomainEvent):
    name: ClassVar[str] = "audit.stream_resumed"

    stream_id: str
    stream_name: str
    position: int


@dataclass(frozen=True, kw_only=True)
class StreamSecretRotated(DomainEvent):
    """Messages are signed with a new secret, and with the former one for a day."""

    name: ClassVar[str] = "audit.stream_secret_rotated"

    stream_id: str
    stream_name: str


@dataclass(frozen=True, kw_only=True)
class StreamTested(DomainEvent):
    """A message without an entry was sent; `answer` says how it was taken."""

    name: ClassVar[str] = "audit.stream_tested"

    stream_id: str
    stream_name: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class StreamRemoved(DomainEvent):
    name: ClassVar[str] = "audit.stream_removed"

    stream_id: str
    stream_name: str
    url: str
