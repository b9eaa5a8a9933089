"""By what a search can be narrowed, and how much would be left."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.models import SOMEBODY, Entry, Person
from audit.search.asking import OneOf
from core.actor import SYSTEM

MOST_VALUES = 8  # of a facet
# The filters that facets set, and the columns that they count.
COLUMNS: Mapping[str, str] = {
    "action": "action",
    "person": "actor_id",
    "scheme": "scheme",
    "outcome": "outcome",
    "kind": "subject_kind",
}


@dataclass(frozen=True, slots=True)
class Value:
    """What a filter may be set to, in words, and how many entries have it."""

    value: str
    label: str
    count: int


def facets(gathered: Iterable[int]) -> dict[str, list[Value]]:
    """The most frequent values of every facet among these entries, by the filter's name."""
    rows = Entry.objects.filter(OneOf(gathered)).values_list(*COLUMNS.values())
    counted = [Counter(column) for column in zip(*rows, strict=True)]
    if not counted:
        return {}
    most = {
        name: [one for one in counts.most_common(MOST_VALUES + 1) if one[0]][:MOST_VALUES]
        for name, counts in zip(COLUMNS, counted, strict=True)
    }
    labels = _labels(value for value, _ in most["person"])
    return {
        name: [
            Value(value, labels.get(value, value) if name == "person" else value, count)
            for value, count in values
        ]
        for name, values in most.items()
    }


def _labels(people: Iterable[str]) -> dict[str, str]:
    wanted = list(people)
    names = dict.fromkeys(wanted, SOMEBODY)
    names |= dict(Person.objects.filter(pk__in=wanted).values_list("pk", "label"))
    return names | {SYSTEM.id: SYSTEM.label}
