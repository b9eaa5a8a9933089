"""Which entries somebody wants to take away: ids and days, no names."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from audit.models import EntryQuerySet, Link


@dataclass(frozen=True, kw_only=True)
class Selection:
    """
    A part of the trail; the whole of it where nothing is said.

    Days are whole days, here, as ISO 8601 writes them. `people` are ids. `kind` and `thing` say
    whose history it is.
    """

    since: str = ""
    until: str = ""
    action: str = ""
    people: tuple[str, ...] = ()
    kind: str = ""
    thing: str = ""

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Selection":
        return cls(**{**written, "people": tuple(written.get("people", ()))})

    def written(self) -> dict[str, Any]:
        """As JSON, without what is not said."""
        said = {name: value for name, value in asdict(self).items() if value}
        return said | ({"people": list(self.people)} if self.people else {})

    @property
    def is_everything(self) -> bool:
        return self == Selection()

    def narrow(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Those of the entries that are wanted."""
        if self.since:
            entries = entries.filter(happened_at__gte=_midnight(date.fromisoformat(self.since)))
        if self.until:
            end = date.fromisoformat(self.until) + timedelta(days=1)
            entries = entries.filter(happened_at__lt=_midnight(end))
        if self.action:
            entries = entries.filter(action=self.action)
        if self.people:
            entries = entries.filter(actor_id__in=self.people)
        if self.kind:
            history = Link.objects.filter(kind=self.kind, object_id=self.thing)
            entries = entries.filter(sequence__in=history.values("sequence"))
        return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
