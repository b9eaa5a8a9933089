"""Endpoints are made, changed and switched by people; each is an event."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from core import outgoing, webhooks
from notifications.events.endpoints import (
    EndpointChanged,
    EndpointCreated,
    EndpointRemoved,
    EndpointSecretRotated,
    EndpointSwitchedOff,
    EndpointSwitchedOn,
)
from notifications.exceptions import (
    AddressRefused,
    EndpointNotFound,
    NotSigned,
    TooManyEndpoints,
    UnknownKind,
)
from notifications.kinds import KINDS
from notifications.models import Endpoint
from notifications.rules.facts import FACTS
from notifications.selectors.endpoints import seen_to_by
from outbox.publishing import publish

MOST_OF_A_PERSON = 5
MOST_OF_THE_ORGANISATION = 20
OVERLAP = timedelta(hours=24)  # in which a former secret signs, too
SECRETS = webhooks.Keeper("endpoint secret")
ADDRESSES = webhooks.Keeper("endpoint address")


@transaction.atomic
def create_endpoint(
    *,
    person: User,
    of_organisation: bool,
    name: str,
    format: Endpoint.Format,  # noqa: A002 the word that the models and the API use
    url: str,
    kinds: Sequence[str],
) -> tuple[Endpoint, str]:
    """
    Have messages sent to an address; returns the secret, too, which is shown once.

    The secret is empty for chats. Only administrators may do it for the organisation: who asks is
    the doors' business. Raises AddressRefused, UnknownKind, TooManyEndpoints.
    """
    owner = None if of_organisation else person
    _ensure_open(url)
    _ensure_known(kinds, of_organisation=of_organisation)
    _ensure_room(owner)
    secret = webhooks.new_secret() if format == Endpoint.Format.STANDARD else ""
    endpoint = Endpoint.objects.create(
        owner=owner,
        name=name,
        format=format,
        address=ADDRESSES.locked(url),
        shown=shown(url),
        secret=SECRETS.locked(secret) if secret else "",
        kinds=sorted(set(kinds)),
    )
    publish(
        EndpointCreated(
            **about(endpoint), format=format, shown=endpoint.shown, kinds=endpoint.kinds
        ),
        actor=person.as_actor(),
    )
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    *, endpoint_id: UUID, person: User, name: str, url: str, kinds: Sequence[str]
) -> Endpoint:
    """
    Another name, address or choice of kinds; an empty address leaves the one there is.

    Raises EndpointNotFound, AddressRefused, UnknownKind.
    """
    endpoint = locked(endpoint_id, person)
    _ensure_known(kinds, of_organisation=endpoint.owner_id is None)
    wanted: dict[str, Any] = {"name": name, "kinds": sorted(set(kinds))}
    if url:
        _ensure_open(url)
        wanted["shown"] = shown(url)
    before = {field: getattr(endpoint, field) for field in wanted}
    differs = [field for field in wanted if wanted[field] != before[field]]
    if url and ADDRESSES.unlocked(endpoint.address) != url:
        endpoint.address = ADDRESSES.locked(url)
        _begin_anew(endpoint)
        differs = list(dict.fromkeys([*differs, "shown"]))
    for field in differs:
        setattr(endpoint, field, wanted[field])
    if differs:
        endpoint.save()
        publish(
            EndpointChanged(
                **about(endpoint),
                before={field: before[field] for field in differs},
                after={field: wanted[field] for field in differs},
            ),
            actor=person.as_actor(),
        )
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint_id: UUID, person: User) -> str:
    """A new secret, shown once; the one before signs beside it for a day. Raises NotSigned."""
    endpoint = locked(endpoint_id, person)
    if not endpoint.is_signed:
        raise NotSigned("A chat's address is its secret: change the address instead.")
    secret = webhooks.new_secret()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, timezone.now() + OVERLAP
    endpoint.secret = SECRETS.locked(secret)
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    publish(EndpointSecretRotated(**about(endpoint)), actor=person.as_actor())
    return secret


@transaction.atomic
def switch_on(*, endpoint_id: UUID, person: User) -> None:
    """Send there again, from now on; `recover` sends what was missed."""
    endpoint = locked(endpoint_id, person)
    if endpoint.is_on:
        return
    endpoint.status = Endpoint.Status.ACTIVE
    _begin_anew(endpoint)
    endpoint.save()
    publish(EndpointSwitchedOn(**about(endpoint)), actor=person.as_actor())


@transaction.atomic
def switch_off(*, endpoint_id: UUID, person: User) -> None:
    """Send nothing there until it is switched on again."""
    endpoint = locked(endpoint_id, person)
    if not endpoint.is_on:
        return
    endpoint.status, endpoint.disabled_because = Endpoint.Status.DISABLED, ""
    endpoint.save(update_fields=["status", "disabled_because"])
    publish(EndpointSwitchedOff(**about(endpoint)), actor=person.as_actor())


@transaction.atomic
def remove_endpoint(*, endpoint_id: UUID, person: User) -> None:
    """Send nothing there any more, and forget its secrets and what was sent."""
    endpoint = locked(endpoint_id, person)
    publish(EndpointRemoved(**about(endpoint)), actor=person.as_actor())
    endpoint.delete()


def locked(endpoint_id: UUID, person: User) -> Endpoint:
    """An endpoint that this person may see to. Raises EndpointNotFound."""
    theirs = seen_to_by(person).select_for_update(of=("self",), no_key=True)
    endpoint = theirs.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound("There is no such endpoint.")
    return endpoint


def about(endpoint: Endpoint) -> dict[str, str]:
    """What every event about an endpoint says."""
    return {
        "endpoint_id": str(endpoint.pk),
        "endpoint_name": endpoint.name,
        "owner_id": str(endpoint.owner_id or ""),
    }


def shown(url: str) -> str:
    """What may be seen of an address whose path and query may be all that keeps others out."""
    target = outgoing.check(url)
    place = f"{target.scheme}://{target.written_host}"[:190]
    return f"{place}/…{target.path[-4:]}" if len(target.path) > 8 else f"{place}/…"


def _begin_anew(endpoint: Endpoint) -> None:
    """What went wrong before says nothing any more."""
    if endpoint.is_on:
        endpoint.status = Endpoint.Status.ACTIVE
    endpoint.disabled_because, endpoint.error = "", ""
    endpoint.failures, endpoint.failing_since, endpoint.wait_until = 0, None, None


def _ensure_open(url: str) -> None:
    try:
        outgoing.check(url)
    except outgoing.Forbidden as refusal:
        raise AddressRefused(str(refusal), field="url") from None


def _ensure_known(kinds: Sequence[str], *, of_organisation: bool) -> None:
    known: set[str] = set(FACTS) if of_organisation else {kind.value for kind in KINDS}
    unknown = sorted(set(kinds) - known)
    if unknown:
        raise UnknownKind(f"Nothing is called {unknown[0][:60]}.", field="kinds")


def _ensure_room(owner: User | None) -> None:
    """One at a time for each owner, so that two at once do not both take the last place."""
    holders = (
        User.objects.filter(pk=owner.pk) if owner else Group.objects.filter(name=ADMINISTRATORS)
    )
    holders.select_for_update(no_key=True).first()
    most = MOST_OF_A_PERSON if owner else MOST_OF_THE_ORGANISATION
    if Endpoint.objects.filter(owner=owner).count() >= most:
        raise TooManyEndpoints(f"There are {most} endpoints, and no more can be.")
