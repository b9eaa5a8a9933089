"""What other services ask us to tell people: read strictly, told once."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from core import strict
from core.actor import Actor
from core.correlation import correlation_id
from notifications import services
from notifications.kinds import Kind
from notifications.rules import Note
from outbox.events import Envelope, Permanent

FIELDS = ("id", "source", "recipient", "title", "text", "url")
# Names the events that wishes stand for: the same wish, the same event.
_NAMESPACE = uuid.UUID("4c7a4b0e-7a4d-4f2b-9f39-0d8ad2c6a1f7")
# A path on our own site: no other host, no backslash that a browser takes for a slash.
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~/?#&=%+:@!$'()*,;-]*")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`recipient` is a person's id or e-mail address."""

    id: uuid.UUID
    source: str
    recipient: str
    title: str
    text: str
    url: str

    @property
    def event_id(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.source}/{self.id}"))


def read(body: Mapping[str, Any]) -> Wish:
    """The wish in a message's body. Raises strict.Unreadable, which names the field at fault."""
    strict.only(body, FIELDS, what="A notification")
    return Wish(
        id=strict.uuid_of(body, "id"),
        source=strict.matching(
            body, "source", strict.SERVICE, most=30, form="a service's name in lower case"
        ),
        recipient=_recipient(body),
        title=strict.text(body, "title", most=255),
        text=strict.text(body, "text", most=2000, least=0),
        url=strict.matching(body, "url", _PATH, most=255, form="a path on this site"),
    )


def grant(wishes: Sequence[Wish]) -> int:
    """
    Tell the people, in the product alone; returns how many notifications are new.

    Raises Permanent if one of them is not known here. Who left is not told and not missed.
    """
    people = _people(wishes)
    now = timezone.now()
    return services.notify(
        [(_note(wish, people[wish.recipient]), _envelope(wish, now)) for wish in wishes]
    )


def _people(wishes: Sequence[Wish]) -> dict[str, str]:
    """Each recipient's id."""
    wanted = {wish.recipient for wish in wishes}
    ids = {each for each in wanted if "@" not in each}
    found = {
        str(key): str(key) for key in User.objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
    named = User.objects.filter(email__in=wanted - ids)
    found |= {email: str(key) for email, key in named.values_list("email", "pk")}
    if wanted - set(found):
        raise Permanent("Nobody here has the recipient's id or address.")
    return found


def _note(wish: Wish, recipient_id: str) -> Note:
    return Note(
        recipient_id=recipient_id,
        kind=Kind.FROM_SERVICE,
        title=wish.title,
        body=wish.text,
        reason=f"You get this because the service {wish.source} asked us to tell you.",
        url=wish.url,
        cause=f"service:{wish.source}:{wish.id}",
        rule="handed-in",
    )


def _envelope(wish: Wish, at: datetime) -> Envelope:
    return Envelope(
        event_id=wish.event_id,
        occurred_at=at,
        actor=Actor(id=f"{wish.source}:", label=wish.source),
        correlation_id=correlation_id(),
    )


def _recipient(body: Mapping[str, Any]) -> str:
    given = strict.text(body, "recipient", most=254).lower()
    try:
        if "@" in given:
            validate_email(given)
            return given
        return str(strict.uuid_of({"recipient": given}, "recipient"))
    except (ValidationError, strict.Unreadable):
        raise strict.Unreadable("recipient must be a person's id or e-mail address.") from None
