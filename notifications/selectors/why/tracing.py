"""Finding what was told: by person, event, or the thing that it is about."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.things import uuids
from notifications.models import Mention, Trace
from outbox.models import Event

MOST_PEOPLE = 10
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What traces are looked for; empty parts narrow nothing."""

    person: User | None = None
    event_id: UUID | None = None
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event as far as the log still has it, and how many were told of it or not."""

    event_id: UUID
    event: Event | None
    told: int
    not_told: int


def traces_of(sought: Sought) -> QuerySet[Trace]:
    """The traces that fit, with their people and rows, in no order."""
    found = Trace.objects.select_related("recipient", "notification")
    if sought.person is not None:
        found = found.filter(recipient=sought.person)
    if sought.event_id is not None:
        found = found.filter(event_id=sought.event_id)
    if sought.key:
        about = Mention.objects.filter(key=sought.key).values("event_id")
        found = found.filter(event_id__in=about)
    return found


def people_called(words: str) -> list[User]:
    """Those whose id or address this is, or whose name has these words; MOST_PEOPLE at most."""
    if uuids([words]):
        return list(User.objects.filter(pk=words))
    if "@" in words:
        return list(User.objects.filter(email__iexact=words))
    return list(User.objects.filter(name__icontains=words).order_by("name", "pk")[:MOST_PEOPLE])


def key_in(words: str) -> str:
    """The id in an address or a word that somebody copied; the word itself where there is none."""
    found = _UUID.findall(words.lower())
    return found[-1] if found else words.strip()


def happened(event_id: UUID) -> Happened:
    counted = Trace.objects.filter(event_id=event_id).aggregate(
        all=Count("pk"), not_told=Count("pk", filter=Q(verdict=Trace.Verdict.NOT_TOLD))
    )
    return Happened(
        event_id=event_id,
        event=Event.objects.filter(uuid=event_id).first(),
        told=counted["all"] - counted["not_told"],
        not_told=counted["not_told"],
    )
