"""
What others may rely on having happened to people and their access.

No event carries a password, a token or an address that somebody typed at the sign-in: a mistyped
one may well be a password.
"""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SignedIn(DomainEvent):
    name: ClassVar[str] = "accounts.signed_in"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(DomainEvent):
    """A wrong password or address. `user_id` is empty when nobody has that address."""

    name: ClassVar[str] = "accounts.sign_in_failed"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(DomainEvent):
    name: ClassVar[str] = "accounts.signed_out"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    name: ClassVar[str] = "accounts.password_changed"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class PersonAdded(DomainEvent):
    """There is somebody new who may sign in."""

    name: ClassVar[str] = "accounts.person_added"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(DomainEvent):
    """What identified a person is gone, for good; whatever is outside the database follows."""

    name: ClassVar[str] = "accounts.person_erased"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class AccessChanged(DomainEvent):
    """
    An administrator changed whether or how somebody gets in.

    `changed` holds field names, never values: any of email, is_active, is_staff, is_superuser.
    """

    name: ClassVar[str] = "accounts.access_changed"

    user_id: str
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class PersonRenamed(DomainEvent):
    """Somebody goes by another name. Which one is kept where it can be erased."""

    name: ClassVar[str] = "accounts.person_renamed"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class ShortcutsSwitched(DomainEvent):
    """Somebody lets single keys act on the pages, or no longer does."""

    name: ClassVar[str] = "accounts.shortcuts_switched"

    user_id: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class GroupCreated(DomainEvent):
    name: ClassVar[str] = "accounts.group_created"

    group_id: str
    group_name: str


@dataclass(frozen=True, kw_only=True)
class GroupRenamed(DomainEvent):
    """Same members, another name: `former_name` no longer stands for anybody."""

    name: ClassVar[str] = "accounts.group_renamed"

    group_id: str
    group_name: str
    former_name: str


@dataclass(frozen=True, kw_only=True)
class GroupDeleted(DomainEvent):
    """Whoever was a member is one no longer."""

    name: ClassVar[str] = "accounts.group_deleted"

    group_id: str
    group_name: str


@dataclass(frozen=True, kw_only=True)
class GroupsChanged(DomainEvent):
    """An administrator gave or took roles, or a place in a group of assessors. By group name."""

    name: ClassVar[str] = "accounts.groups_changed"

    user_id: str
    joined: list[str]
    left: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenCreated(DomainEvent):
    """Somebody's programs may now act as this person, until `expires_at` (ISO 8601, UTC)."""

    name: ClassVar[str] = "accounts.token_created"

    token_id: str
    user_id: str
    token_name: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(DomainEvent):
    name: ClassVar[str] = "accounts.token_revoked"

    token_id: str
    user_id: str
    token_name: str
