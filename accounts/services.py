"""What people and administrators do with access."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts import roles
from accounts.events import (
    AccessChanged,
    GroupCreated,
    GroupDeleted,
    GroupRenamed,
    GroupsChanged,
    PasswordChanged,
    PersonAdded,
    PersonRenamed,
    ShortcutsSwitched,
    TokenCreated,
    TokenRevoked,
)
from accounts.exceptions import ApiTokenNotFound, InvalidApiToken
from accounts.models import ApiToken, User
from core.actor import SYSTEM, Actor
from outbox.publishing import publish

MARK = "imp_"  # lets secret scanners recognise a token that leaked
MOST_DAYS = 366
# What lets a person in, and how far. Groups and passwords have events of their own.
ACCESS = ("email", "is_active", "is_staff", "is_superuser")


@dataclass(frozen=True, kw_only=True)
class NewApiToken:
    """A token and its secret. This is the only time that the secret is known."""

    token: ApiToken
    secret: str


@transaction.atomic
def create_api_token(*, user: User, name: str, days: int, actor: Actor) -> NewApiToken:
    """
    Let programs act as this person for so many days.

    Raises InvalidApiToken for an empty or over-long name and for fewer than 1 or more than
    MOST_DAYS days.
    """
    name = name.replace("\x00", "").strip()
    if not 0 < len(name) <= 100:
        raise InvalidApiToken("Give the token a name of at most 100 characters.", field="name")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidApiToken(f"A token lasts between 1 and {MOST_DAYS} days.", field="days")
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[: ApiToken.PREFIX_LENGTH],
        digest=digest_of(secret),
        expires_at=timezone.now() + timedelta(days=days),
    )
    publish(
        TokenCreated(
            token_id=str(token.id),
            user_id=str(user.id),
            token_name=name,
            expires_at=token.expires_at.isoformat(),
        ),
        actor=actor,
    )
    return NewApiToken(token=token, secret=secret)


@transaction.atomic
def revoke_api_token(*, token_id: UUID, actor: Actor) -> ApiToken:
    """
    End a token at once. Doing it twice changes nothing.

    Raises ApiTokenNotFound when it is neither the actor's own nor the actor an administrator.
    """
    token = (
        ApiToken.objects.select_for_update(of=("self",), no_key=True).filter(id=token_id).first()
    )
    if token is None or not _may_revoke(token, actor):
        raise ApiTokenNotFound("There is no such token.")
    if token.revoked_at is None:
        token.revoke(at=timezone.now())
        event = TokenRevoked(
            token_id=str(token.id), user_id=str(token.user_id), token_name=token.name
        )
        publish(event, actor=actor)
    return token


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Set a password that has been held against the rules of AUTH_PASSWORD_VALIDATORS."""
    user.set_password(password)
    user.save(update_fields=["password"])
    publish(PasswordChanged(user_id=str(user.id)), actor=user.as_actor())


@transaction.atomic
def tell_of_password(*, user: User, actor: Actor) -> None:
    """Tell that this person's password is another one than when `user` was read, if it is."""
    if User.objects.values_list("password", flat=True).get(pk=user.pk) != user.password:
        publish(PasswordChanged(user_id=str(user.id)), actor=actor)


@transaction.atomic
def save_person(*, user: User, actor: Actor) -> User:
    """Keep a person, new or changed, and tell what that changes about their access."""
    kept = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
    before = kept.values("name", *ACCESS).first()
    user.save()
    if before is None:
        publish(PersonAdded(user_id=str(user.id)), actor=actor)
        return user
    changed = [field for field in ACCESS if before[field] != getattr(user, field)]
    if changed:
        publish(AccessChanged(user_id=str(user.id), changed=changed), actor=actor)
    if before["name"] != user.name:
        publish(PersonRenamed(user_id=str(user.id)), actor=actor)
    return user


@transaction.atomic
def save_group(*, group: Group, actor: Actor) -> Group:
    """Keep a group, new or under another name."""
    kept = Group.objects.select_for_update(no_key=True).filter(pk=group.pk)
    former = kept.values_list("name", flat=True).first()
    group.save()
    if former is None:
        publish(GroupCreated(group_id=str(group.pk), group_name=group.name), actor=actor)
    elif former != group.name:
        event = GroupRenamed(group_id=str(group.pk), group_name=group.name, former_name=former)
        publish(event, actor=actor)
    return group


@transaction.atomic
def delete_group(*, group: Group, actor: Actor) -> None:
    """Do away with a group, and with everybody's place in it."""
    publish(GroupDeleted(group_id=str(group.pk), group_name=group.name), actor=actor)
    group.delete()


@transaction.atomic
def tell_of_groups(*, user: User, before: set[str], actor: Actor) -> None:
    """Tell which groups this person joined or left since `before`, if any."""
    after = set(user.groups.values_list("name", flat=True))
    if after != before:
        event = GroupsChanged(
            user_id=str(user.id), joined=sorted(after - before), left=sorted(before - after)
        )
        publish(event, actor=actor)


@transaction.atomic
def rename(*, user: User, name: str) -> None:
    """Change the name that others see; to the same is no change."""
    if User.objects.filter(pk=user.pk).exclude(name=name).update(name=name):
        user.name = name
        publish(PersonRenamed(user_id=str(user.pk)), actor=user.as_actor())


@transaction.atomic
def switch_shortcuts(*, user: User, on: bool) -> None:
    """Let single keys act on the pages, or keep them quiet."""
    others = User.objects.filter(pk=user.pk).exclude(keyboard_shortcuts=on)
    if others.update(keyboard_shortcuts=on):
        user.keyboard_shortcuts = on
        publish(ShortcutsSwitched(user_id=str(user.pk), on=on), actor=user.as_actor())


def digest_of(secret: str) -> str:
    """
    What is kept of a token: SHA-256 in hexadecimal.

    A slow hash would buy nothing: the secret is 256 random bits, not a password.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def _may_revoke(token: ApiToken, actor: Actor) -> bool:
    if actor == SYSTEM or actor.id == str(token.user_id):
        return True
    person = User.objects.with_roles().filter(id=actor.id).first()
    return person is not None and roles.has_role(person, roles.ADMINISTRATORS)
