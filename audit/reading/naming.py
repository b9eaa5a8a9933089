"""Names in the place of ids."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.things import Thing, described
from audit.models import Person
from audit.recording.sentences import kind_in_field
from core.actor import SYSTEM

Pair = tuple[str, str]  # kind and id


class Names:
    """What ids stand for, all asked at once: things by those who know them, people by the trail."""

    def __init__(self, user: User, pairs: Iterable[Pair]) -> None:
        wanted = set(pairs)
        self._things = described(user, sorted(wanted))
        people = {thing for kind, thing in wanted if kind == "user"}
        self._people = dict(Person.objects.filter(pk__in=people).values_list("pk", "label"))
        self._people[SYSTEM.id] = SYSTEM.label

    def title(self, kind: str, thing: str) -> str:
        """The name, or an empty string where nobody knows one."""
        if kind == "user" and thing in self._people:
            return self._people[thing]
        found = self._things.get((kind, thing))
        return found.title if found else ""

    def thing(self, kind: str, thing: str) -> Thing:
        """With the address of its own page, where it has one."""
        page = self._things.get((kind, thing))
        return Thing(title=self.title(kind, thing) or thing, url=page.url if page else "")


def timeline_url(kind: str, thing: str) -> str:
    """Where the history of a thing is; empty for ids that no address can hold."""
    try:
        return reverse("audit-thing", args=[kind, thing])
    except NoReverseMatch:
        return ""


def pair_in(field: str, value: Any) -> Pair | None:
    """What a field of an event or a column stands for, where it holds an id."""
    if value in (None, "") or isinstance(value, dict | list | bool):
        return None
    kind = kind_in_field(field)
    if kind:
        return kind, str(value)
    return ("user", str(value)) if _is_uuid(value) else None


def pairs_in(fields: Mapping[str, Any]) -> list[Pair]:
    return [pair for name, value in fields.items() if (pair := pair_in(name, value))]


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False
