"""Endpoints and who may see to them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from notifications.kinds import Channel
from notifications.models import Endpoint, Message


def seen_to_by(person: User) -> QuerySet[Endpoint]:
    """A person's own endpoints; for administrators the organisation's, too."""
    theirs = Q(owner_id=person.pk)
    if has_role(person, ADMINISTRATORS):
        theirs |= Q(owner=None)
    return Endpoint.objects.filter(theirs)


def log_of(endpoint_id: UUID) -> QuerySet[Message]:
    """What was sent there or should have been, with every try; order it by LOG_ORDER."""
    return Message.objects.filter(endpoint_id=endpoint_id).prefetch_related("attempts")


LOG_ORDER = ("-created_at", "-id")


def endpoint_channels(
    people: Collection[str],
) -> tuple[Mapping[str, frozenset[Channel]], Mapping[str, frozenset[Channel]]]:
    """By person: the channels for which they have an endpoint, and those of them that fail."""
    on: defaultdict[str, set[Channel]] = defaultdict(set)
    given_up: defaultdict[str, set[Channel]] = defaultdict(set)
    for each in Endpoint.objects.filter(owner_id__in=map(UUID, people)).only(
        "owner_id", "format", "status", "disabled_because"
    ):
        if each.is_on:
            on[str(each.owner_id)].add(each.channel)
        elif each.disabled_because:
            given_up[str(each.owner_id)].add(each.channel)
    known = {
        person: frozenset(on[person] | given_up[person]) for person in on.keys() | given_up.keys()
    }
    broken = {person: frozenset(given_up[person] - on[person]) for person in known}
    return known, broken
