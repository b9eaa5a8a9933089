"""
What the trail forgets of a person: the keys of their boxes, and of every text that names them.

No record changes, so every proof still verifies. Which keys are gone is recorded.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast

from accounts.erasure import Counts, Leaver, forgets, leaves, objects, remembers
from accounts.exceptions import ErasureRefused
from accounts.models import User
from audit import doors
from audit.events import KeysErased
from audit.models import Change, Entry, Person, SavedSearch, SentHead, Stream
from audit.proof import vault
from audit.proof.records import person_key
from audit.search import indexing
from audit.services.exporting import forget_exports
from audit.services.sealing import keep_still
from core.actor import Actor
from core.redaction import Words, found, redact
from outbox.publishing import publish_all

AT_ONCE = 5_000  # boxes
NAMED_AT_ONCE = 500  # keys in one event

_ACCOUNTS = User._meta.db_table
# Where a person's own name may stand: in entries of theirs, and of their account's row.
_OWN_BOXES = f"""
SELECT key.key, entry.event_id, record.body::json -> 'boxes' ->> key.name,
    CASE WHEN record.body LIKE '%%"{_ACCOUNTS}"%%' THEN record.body::json -> 'changes' END
FROM (
    SELECT sequence FROM audit_entry WHERE actor_id = %s
    UNION SELECT sequence FROM audit_link WHERE kind = 'user' AND object_id = %s
) AS own
JOIN audit_entry AS entry USING (sequence)
JOIN audit_record AS record USING (sequence)
JOIN audit_key AS key ON key.name = 'person:' || %s
WHERE key.key IS NOT NULL AND record.body <> ''
"""  # noqa: S608 (a table's name)
_TEXTS = """
SELECT key.name, key.key, entry.event_id, record.body::json -> 'boxes' ->> key.name
FROM audit_key AS key
JOIN audit_entry AS entry ON entry.event_id = substr(key.name, 6)::uuid
JOIN audit_record AS record USING (sequence)
WHERE key.name > %s AND key.name LIKE 'text:%%' AND key.key IS NOT NULL AND record.body <> ''
ORDER BY key.name LIMIT %s
"""


@objects
def a_hold_forbids_it(person: User, actor: Actor) -> str:
    hold = doors.hold_on_key(person_key(str(person.pk)))
    return f"Legal hold {hold} is on it: have it released first." if hold is not None else ""


@remembers
def names_in_the_trail(person: User) -> Iterator[str]:
    """The names under which they did what is recorded, and those that their account ever had."""
    keep_still()  # a batch under way may be about to write one more
    with connection.cursor() as cursor:
        cursor.execute(_OWN_BOXES, [str(person.pk)] * 3)
        rows = cursor.fetchall()
    for key_bytes, event_id, box, changes in rows:
        if box is not None:
            opened = vault.unlock(vault.box_key(bytes(key_bytes), event_id), box)
            yield from _names(opened, changes or [])
    yield from _names_not_sealed_yet(str(person.pk))


@forgets("audit", last=True)
def forget_in_the_trail(leaver: Leaver) -> Counts:
    """Destroy the keys, and take the names out of what is searched and what waits to be sealed."""
    aliases = [person_key(each) for each in _aliases(leaver.words)]
    texts = list(texts_that_name(leaver.words))
    names = [person_key(str(leaver.id)), *aliases, *texts]
    _ensure_not_held(names)
    doors.destroy_keys(names)
    indexing.keep_still(_entries_of(texts))
    doors.forget_words(texts)
    portions = [names[at : at + NAMED_AT_ONCE] for at in range(0, len(names), NAMED_AT_ONCE)]
    publish_all(
        [KeysErased(person_id=str(leaver.id), names=portion) for portion in portions],
        actor=leaver.actor,
    )
    own, _ = SavedSearch.objects.filter(owner_id=leaver.id).delete()
    return {
        "keys of the person": 1 + len(aliases),
        "keys of texts that named them": len(texts),
        "saved searches": own,
        "saved searches that named them": _redact_searches(leaver.words),
        "exports with names": forget_exports(str(leaver.id)),
        "troubles of streams that named them": redact(
            Stream.objects.all(), ["error"], leaver.words
        ),
        "troubles in sending heads that named them": redact(
            SentHead.objects.all(), ["error"], leaver.words
        ),
        "changes and holds that named them": doors.redact(leaver.words.pattern),
    }


@leaves("audit")
def count_sentences(leaver: Leaver) -> Counts:
    """Entries that quote what is exam content, or is called after the person."""
    return {"sentences": found(Entry.objects.all(), ["text"], leaver.words).count()}


def texts_that_name(words: Words) -> Iterator[str]:
    """The keys' names of all free texts in the trail that have these words."""
    last = "text:"
    while rows := _texts(after=last) if words else []:
        for name, key, event_id, box in rows:
            if box is not None and words.found_in(_read(bytes(key), event_id, box)):
                yield name
        last = rows[-1][0]


def _redact_searches(words: Words) -> int:
    """Nobody has two searches of a name: one that would be the second gets a number."""
    searches = list(found(SavedSearch.objects.order_by("pk"), ["name", "query"], words))
    for search in searches:
        search.name, search.query = words.redacted(search.name), words.redacted(search.query)
        same = SavedSearch.objects.filter(owner=search.owner_id, name=search.name)
        if same.exclude(pk=search.pk).exists():
            search.name = f"{search.name[:60]} {search.pk}"
        search.save(update_fields=["name", "query"])
    return len(searches)


def _entries_of(texts: Sequence[str]) -> list[int]:
    events = [name.removeprefix("text:") for name in texts]
    return list(Entry.objects.filter(event_id__in=events).values_list("sequence", flat=True))


def _texts(*, after: str) -> list[tuple[str, bytes, UUID, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [after, AT_ONCE])
        return list(cursor.fetchall())


def _read(key: bytes, event_id: UUID, box: str) -> str:
    """All that a box holds, as one text."""
    values = vault.unlock(vault.box_key(key, event_id), box).values()
    return json.dumps(list(values), ensure_ascii=False)


def _names(opened: dict[str, Any], changes: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Labels, and names and addresses of the account's row; not what their tokens are called."""
    for pointer, value in opened.items():
        way = pointer.split("/")[1:]
        of_account = way[0] == "changes" and changes and changes[int(way[1])]["table"] == _ACCOUNTS
        if isinstance(value, str) and (way == ["actor", "label"] or of_account):
            yield value


def _names_not_sealed_yet(person_id: str) -> Iterator[str]:
    for change in Change.objects.filter(table=_ACCOUNTS, object_id=person_id):
        for row in (change.before or {}, change.after or {}):
            yield from (row[column] for column in ("name", "email") if column in row)


def _aliases(words: Words) -> Iterator[str]:
    """Ids under which other services reported the person. Namesakes of our own are others."""
    ours = User.objects.annotate(as_actor_id=Cast("pk", CharField())).values("as_actor_id")
    others = Person.objects.exclude(pk__in=ours)
    yield from found(others, ["label"], words).values_list("pk", flat=True)


def _ensure_not_held(names: Sequence[str]) -> None:
    for name in names:
        hold = doors.hold_on_key(name)
        if hold is not None:
            raise ErasureRefused(f"Legal hold {hold} keeps texts that name them: see it first.")
