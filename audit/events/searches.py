"""What audit tells of searches that people keep. Their words stay with them."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SearchSaved(DomainEvent):
    """Somebody keeps a search of the trail under a name, new or anew."""

    name: ClassVar[str] = "audit.search_saved"

    search_id: str


@dataclass(frozen=True, kw_only=True)
class SearchShared(DomainEvent):
    """Everybody who may read the trail is offered the search."""

    name: ClassVar[str] = "audit.search_shared"

    search_id: str


@dataclass(frozen=True, kw_only=True)
class SearchKeptPrivate(DomainEvent):
    """It is offered to its owner only, again."""

    name: ClassVar[str] = "audit.search_kept_private"

    search_id: str


@dataclass(frozen=True, kw_only=True)
class SearchDeleted(DomainEvent):
    name: ClassVar[str] = "audit.search_deleted"

    search_id: str


@dataclass(frozen=True, kw_only=True)
class SearchRestored(DomainEvent):
    name: ClassVar[str] = "audit.search_restored"

    search_id: str
