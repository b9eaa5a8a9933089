"""The keys that lock boxes, and the names that people go by."""

import secrets
from collections.abc import Iterable, Mapping

from django.db import connection

from audit.models import Key
from audit.proof.records import person_key
from core.actor import Actor

# A key that another batch made meanwhile, or that was destroyed meanwhile, stays as it is.
_MAKE = """
INSERT INTO audit_key (name, key)
SELECT * FROM unnest(%s::text[], %s::bytea[])
ON CONFLICT (name) DO NOTHING
RETURNING name, key
"""

_NAME_PEOPLE = """
INSERT INTO audit_person (id, label)
SELECT id, label FROM unnest(%s::text[], %s::text[]) AS named (id, label)
WHERE NOT EXISTS (
    SELECT 1 FROM audit_person AS known WHERE known.id = named.id AND known.label = named.label
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET label = EXCLUDED.label
"""


def keys_named(names: Iterable[str]) -> dict[str, bytes | None]:
    """The keys of these names, made where there is none yet. One that was erased is None."""
    wanted = set(names)
    if not wanted:
        return {}
    kept = _kept(wanted)
    if missing := wanted - kept.keys():
        kept |= _made(sorted(missing))
    if missing := wanted - kept.keys():
        kept |= _kept(missing)
    return kept


def name_people(actors: Iterable[Actor], keys: Mapping[str, bytes | None]) -> None:
    """Keep the newest name of everybody who did something, but of nobody who was erased."""
    labels = {
        actor.id: actor.label[:255]
        for actor in actors
        if keys.get(person_key(actor.id), b"") is not None
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAME_PEOPLE, [list(labels), list(labels.values())])


def _made(names: list[str]) -> dict[str, bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [names, [secrets.token_bytes(32) for _ in names]])
        return {name: bytes(key) for name, key in cursor.fetchall()}


def _kept(names: Iterable[str]) -> dict[str, bytes | None]:
    kept = Key.objects.filter(name__in=list(names)).values_list("name", "key")
    return {name: None if key is None else bytes(key) for name, key in kept}
