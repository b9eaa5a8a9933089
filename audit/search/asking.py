"""A question to the trail: what the index answers, and the same for the database to check."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from audit.models import Entry, Link
from audit.search import places
from audit.search.conditions import Among, Condition, Either, Every, Term, Without
from audit.search.indexing import MARKS
from audit.search.words import Words

MOST_OF_A_KEY = 10_000  # entries that are looked up by one id at a time

# Rows with a sequence, in no order: each of them an entry that fits.
Lookup = list[QuerySet[Any]]


class Matches(Func):
    """`search @@ query`, for a query that the database itself has read before."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "

    def __init__(self, query: str) -> None:
        super().__init__(F("search"), Value(query))


class OneOf(Func):
    """`sequence = ANY(…)`: many numbers in one parameter."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("

    def __init__(self, sequences: Iterable[int]) -> None:
        super().__init__(F("sequence"), Value(list(sequences)))


@dataclass(slots=True)
class Asked:
    """What is asked, piece by piece. Everything narrows; nothing asked is everything."""

    conditions: list[Condition] = field(default_factory=list)
    where: Q = field(default_factory=Q)
    lookups: list[Lookup] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None  # not included

    @property
    def is_everything(self) -> bool:
        return not (self.conditions or self.lookups or self.since or self.until)

    def has(self, column: str, values: Iterable[str]) -> None:
        """Only entries with one of these values in a column that is in the index."""
        wanted = list(values)
        self.conditions.append(_either(column, wanted))
        self.where &= Q(**{f"{column}__in": wanted})

    def lacks(self, column: str, value: str) -> None:
        self.conditions.append(Without(Term(MARKS[column] + value)))
        self.where &= ~Q(**{column: value})

    def says(self, words: Words) -> None:
        self.conditions.append(words.condition)
        self.where &= Q(Matches(words.query))

    def bears(self, **ids: str) -> None:
        """Only entries with this id in a column that has an index of its own."""
        self.lookups.append([Entry.objects.filter(**ids)])
        self.where &= Q(**ids)

    def concerns(self, kinds: Iterable[str], thing: str) -> None:
        """Only the history of a thing, which may be of any of these kinds."""
        links = Link.objects.filter(kind__in=list(kinds), object_id=thing)
        self.lookups.append([links])
        self.where &= Q(sequence__in=links.values("sequence"))

    def names(self, any_id: str, kinds: Iterable[str]) -> None:
        """Only entries with this id, and those that concern whatever has it."""
        links = Link.objects.filter(kind__in=list(kinds), object_id=any_id)
        by_event, by_request = Q(event_id=any_id), Q(correlation_id=any_id)
        self.lookups.append([links, *map(Entry.objects.filter, (by_event, by_request))])
        self.where &= Q(sequence__in=links.values("sequence")) | by_event | by_request

    def between(self, since: datetime | None, until: datetime | None) -> None:
        self.since, self.until = since, until
        if since:
            self.where &= Q(happened_at__gte=since)
        if until:
            self.where &= Q(happened_at__lt=until)

    def condition(self, *, above: int, below: int, newest_first: bool) -> Condition:
        """For the index, with what the lookups find between two entries."""
        found = [_among(lookup, above, below, newest_first) for lookup in self.lookups]
        return Every((*found, *self.conditions))


def _either(column: str, values: list[str]) -> Condition:
    terms = tuple(Term(MARKS[column] + value) for value in values)
    return terms[0] if len(terms) == 1 else Either(terms)


def _among(lookup: Lookup, above: int, below: int, newest_first: bool) -> Among:
    by_segment: dict[int, list[int]] = {}
    floors = []
    for rows in lookup:
        between = rows.filter(sequence__gt=above, sequence__lt=below)
        order = "-sequence" if newest_first else "sequence"
        found = list(between.order_by(order).values_list("sequence", flat=True)[:MOST_OF_A_KEY])
        for sequence in found:
            by_segment.setdefault(places.segment_of(sequence), []).append(sequence)
        floors += found[-1:] if len(found) == MOST_OF_A_KEY else []
    return Among(
        {segment: places.of(sequences) for segment, sequences in by_segment.items()},
        floor=(max if newest_first else min)(floors, default=0),
    )
