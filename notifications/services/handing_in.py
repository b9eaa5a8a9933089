"""What other services want people to be told: read strictly, told once, taken back at will."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from accounts.models import User
from core import strict
from core.actor import Actor
from core.handing_in import REFUSED, Outcome
from notifications.events import NotificationHandedIn, NotificationTakenBack
from outbox.events import Permanent
from outbox.publishing import publish_each

FIELDS = ("id", "source", "recipient", "title", "text", "url")
TAKING_BACK = ("id", "source", "taken_back")
SEVERAL = "notifications"
AT_ONCE = 100  # in one message or request

ACCEPTED, TAKEN_BACK, DUPLICATE = "accepted", "taken_back", "duplicate"
UNKNOWN_RECIPIENT, NOT_YOURS = "unknown_recipient", "not_yours"

# A path on our own site: no other host, no backslash that a browser takes for a slash.
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~/?#&=%+:@!$'()*,;-]*")
_LOCK = 0x68616E64  # with a source's hash beside it

# A service's messages are taken in one after the other, so that none sees half of another.
_ONE_AT_A_TIME = """
SELECT pg_advisory_xact_lock(%s, hashtext(source))
FROM (SELECT DISTINCT source FROM unnest(%s::text[]) AS given (source) ORDER BY source) AS sources
"""
_KNOWN = """
SELECT known.source, known.notice_id::text, known.handed_in_by_id::text,
    known.taken_back_at IS NOT NULL
FROM notifications_handedin AS known
JOIN unnest(%s::text[], %s::uuid[]) AS given (source, id)
    ON known.source = given.source AND known.notice_id = given.id
"""
_REMEMBER = """
INSERT INTO notifications_handedin AS known (source, notice_id, handed_in_by_id, taken_back_at)
SELECT source, id, %s, CASE WHEN taken_back THEN statement_timestamp() END
FROM unnest(%s::text[], %s::uuid[], %s::bool[]) AS given (source, id, taken_back)
ON CONFLICT (source, notice_id) DO UPDATE SET taken_back_at = excluded.taken_back_at
WHERE excluded.taken_back_at IS NOT NULL
"""

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What one person is to be told; `recipient` is their id or e-mail address."""

    id: str
    source: str
    recipient: str
    title: str
    text: str
    url: str

    @property
    def key(self) -> Key:
        return self.source, self.id


@dataclass(frozen=True, kw_only=True)
class TakingBack:
    """What was told under this id needs nobody's eyes any more; `said` tells why."""

    id: str
    source: str
    said: str

    @property
    def key(self) -> Key:
        return self.source, self.id


Given = Notice | TakingBack


def read(body: Mapping[str, Any]) -> Given:
    """
    The notification in a body, or that one is taken back.

    Raises strict.Unreadable, which names the field at fault.
    """
    if "taken_back" in body:
        strict.only(body, TAKING_BACK, what="Taking a notification back")
        said = strict.text(body, "taken_back", most=200)
        return TakingBack(**_key(body), said=said)
    strict.only(body, FIELDS, what="A notification")
    return Notice(
        **_key(body),
        recipient=_recipient(body),
        title=strict.text(body, "title", most=255),
        text=strict.text(body, "text", most=2000, least=0),
        url=strict.matching(body, "url", _PATH, most=255, form="a path on this site"),
    )


def read_all(body: Mapping[str, Any]) -> list[Given]:
    """
    All that a message brings: one, or `{"notifications": [one, …]}` with 1 to 100.

    Raises strict.Unreadable for the first that is malformed.
    """
    return strict.all_of(body, SEVERAL, read, most=AT_ONCE)


@transaction.atomic
def take_in(given: Sequence[Given], *, by: str | None = None) -> list[Outcome]:
    """
    Have people told what is new, and take back what is to be; the outcomes are in this order.

    `by` is whose token brought it, if one did: nobody takes back what another handed in.
    """
    taking = _Taking(given, by)
    outcomes = [taking.outcome(each) for each in given]
    taking.write()
    return outcomes


@transaction.atomic
def take_in_all(given: Sequence[Given]) -> None:
    """The same for what has nobody to hear of outcomes: all of it, or outbox.events.Permanent."""
    for outcome in take_in(given):
        if outcome.outcome == REFUSED:
            raise Permanent(outcome.detail)


class _Taking:
    """One request, or the messages of one call, against what is known of their ids."""

    def __init__(self, given: Sequence[Given], by: str | None) -> None:
        self._by = by
        keys = sorted({each.key for each in given})
        sources, ids = [source for source, _ in keys], [key for _, key in keys]
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [_LOCK, sources])
            cursor.execute(_KNOWN, [sources, ids])
            # By key: who brought it, and whether it was taken back.
            self._known = {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}
        self._people = _people(each.recipient for each in given if isinstance(each, Notice))
        self._changed: set[Key] = set()
        self._facts: list[tuple[NotificationHandedIn | NotificationTakenBack, Actor]] = []

    def outcome(self, each: Given) -> Outcome:
        if isinstance(each, TakingBack):
            return self._taken_back(each)
        if each.key in self._known:
            was_taken_back = self._known[each.key][1]
            return Outcome(id=each.id, outcome=TAKEN_BACK if was_taken_back else DUPLICATE)
        recipient_id = self._people.get(each.recipient)
        if recipient_id is None:
            return Outcome(
                id=each.id,
                outcome=REFUSED,
                code=UNKNOWN_RECIPIENT,
                detail="Nobody here has the recipient's id or address.",
            )
        self._note(each, taken_back=False)
        event = NotificationHandedIn(
            source=each.source,
            notice_id=each.id,
            recipient_id=recipient_id,
            title=each.title,
            text=each.text,
            url=each.url,
            handed_in_by=self._by or "",
        )
        self._facts.append((event, _service(each.source)))
        return Outcome(id=each.id, outcome=ACCEPTED)

    def _taken_back(self, each: TakingBack) -> Outcome:
        whose, already = self._known.get(each.key, (self._by, False))
        if whose != self._by:
            return Outcome(
                id=each.id,
                outcome=REFUSED,
                code=NOT_YOURS,
                detail="Another account, or the queue, brought the notification of this id.",
            )
        if already:
            return Outcome(id=each.id, outcome=DUPLICATE)
        self._note(each, taken_back=True)
        event = NotificationTakenBack(
            source=each.source, notice_id=each.id, said=each.said, handed_in_by=self._by or ""
        )
        self._facts.append((event, _service(each.source)))
        return Outcome(id=each.id, outcome=TAKEN_BACK)

    def _note(self, each: Given, *, taken_back: bool) -> None:
        self._known[each.key] = (self._by, taken_back)
        self._changed.add(each.key)

    def write(self) -> None:
        """Remember the ids that are new or taken back, and publish what is to be told of them."""
        if not self._changed:
            return
        rows = [(*key, self._known[key][1]) for key in sorted(self._changed)]
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_REMEMBER, [self._by, *columns])
        publish_each(self._facts)


def _people(recipients: Iterable[str]) -> dict[str, str]:
    """The id of each recipient who is or was here."""
    wanted = set(recipients)
    ids = {each for each in wanted if "@" not in each}
    found = {
        str(key): str(key) for key in User.objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
    named = User.objects.filter(email__in=wanted - ids)
    return found | {email: str(key) for email, key in named.values_list("email", "pk")}


def _service(source: str) -> Actor:
    """Bears the service's name, so that none of theirs passes for one of ours."""
    return Actor(id=f"{source}:", label=source)


def _key(body: Mapping[str, Any]) -> dict[str, str]:
    source = strict.matching(
        body, "source", strict.SERVICE, most=30, form="a service's name in lower case"
    )
    return {"id": str(strict.uuid_of(body, "id")), "source": source}


def _recipient(body: Mapping[str, Any]) -> str:
    given = strict.text(body, "recipient", most=254).lower()
    try:
        if "@" in given:
            validate_email(given)
            return given
        return str(strict.uuid_of({"recipient": given}, "recipient"))
    except (ValidationError, strict.Unreadable):
        raise strict.Unreadable("recipient must be a person's id or e-mail address.") from None
