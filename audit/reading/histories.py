"""What happened to one thing, what it was like at a moment, and who had seen it by then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from audit.models import Entry, Link, Record
from audit.rules import RULES
from audit.search.pages import ORDER, ResultPage, place
from audit.selectors import opened_all

MOST_ENTRIES = 5000  # that a state is put together from
MOST_SIGHTS = 300  # links that are looked at for who saw a thing
MOST_OF_A_REQUEST = 500  # entries
# An event of such a name tells that somebody looked.
SEEN = "_seen"
_FOR_AUDITORS = (
    Q(action__endswith=SEEN) | Q(action__contains="refused") | Q(action__startswith="audit.")
)


def history(
    kind: str, thing: str, *, cursor: str = "", limit: int, is_overseen: bool = True
) -> ResultPage:
    """
    The entries that concern a thing, newest first. Raises BadCursor.

    Without `is_overseen` it leaves out who looked at it, was refused, or oversees it: that is for
    auditors.
    """
    backwards, sequence = place(cursor)
    links = Link.objects.filter(kind=kind, object_id=thing)
    if sequence:
        links = links.filter(**{f"sequence__{'gt' if backwards else 'lt'}": sequence})
    order = "sequence" if backwards else "-sequence"
    found = list(links.order_by(order).values_list("sequence", flat=True)[: limit + 1])
    more, kept = len(found) > limit, sorted(found[:limit], reverse=True)
    entries = Entry.objects.named().filter(sequence__in=kept)
    if not is_overseen:
        entries = entries.exclude(_FOR_AUDITORS)
    has_next, has_previous = (True, more) if backwards else (more, bool(sequence))
    return ResultPage(
        items=list(entries.newest_first()),
        next=ORDER.cursor("after", Entry(sequence=kept[-1])) if kept and has_next else None,
        previous=ORDER.cursor("before", Entry(sequence=kept[0])) if kept and has_previous else None,
    )


def sights(things: Iterable[tuple[str, str]], until: int) -> list[Entry]:
    """Who looked at one of these until an entry, newest first: of the last MOST_SIGHTS links."""
    found: set[int] = set()
    for kind, thing in things:
        links = Link.objects.filter(kind=kind, object_id=thing, sequence__lte=until)
        newest = links.order_by("-sequence").values_list("sequence", flat=True)[:MOST_SIGHTS]
        found.update(newest)
    entries = Entry.objects.named().filter(sequence__in=found, action__endswith=SEEN)
    return list(entries.newest_first())


def in_request(request_id: str) -> tuple[list[Entry], bool]:
    """Everything that one request set off, in order; and whether there is more than is read."""
    found = Entry.objects.named().filter(correlation_id=request_id).order_by("sequence")
    entries = list(found[: MOST_OF_A_REQUEST + 1])
    return entries[:MOST_OF_A_REQUEST], len(entries) > MOST_OF_A_REQUEST


@dataclass(slots=True)
class RowThen:
    """
    A row of a table as it was at a moment, as far as changes tell.

    `is_whole` is False where its beginning was not recorded: fields that never changed are unknown.
    """

    table: str
    key: str
    fields: dict[str, Any] = field(default_factory=dict)
    is_whole: bool = False
    is_gone: bool = False
    changed_by: int = 0  # the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """That somebody looked at it."""

    entry: Entry
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    A thing as it was. `is_known` is False where no change of it was ever recorded.

    `is_cut` says that it has more entries than are read for this.
    """

    rows: list[RowThen]
    seen: list[Sight]
    is_known: bool
    is_cut: bool


def state_at(kind: str, thing: str, at: datetime) -> State:
    """Put together from the changes in the records: those until then, and what later ones undo."""
    links = Link.objects.filter(kind=kind, object_id=thing).order_by("sequence")
    sequences = list(links.values_list("sequence", flat=True)[: MOST_ENTRIES + 1])
    kept = sequences[:MOST_ENTRIES]
    entries = {one.sequence: one for one in Entry.objects.named().filter(sequence__in=kept)}
    bodies = Record.objects.filter(sequence__in=kept).exclude(body="").order_by("sequence")
    told = opened_all(dict(bodies.values_list("sequence", "body")))
    rebuilt = _Rebuilt(kind, thing)
    for sequence, record in told.items():
        entry = entries.get(sequence)
        past = entry is not None and entry.happened_at <= at
        rebuilt.take(sequence, record["changes"], past=past)
    seen = [
        Sight(entry=entries[sequence], detail=record["detail"])
        for sequence, record in told.items()
        if sequence in entries and _is_sight(entries[sequence], at)
    ]
    return State(
        rows=rebuilt.rows(), seen=seen, is_known=rebuilt.is_known, is_cut=len(sequences) > len(kept)
    )


def _is_sight(entry: Entry, at: datetime) -> bool:
    return entry.action.endswith(SEEN) and entry.happened_at <= at


class _Rebuilt:
    """The rows of one thing, change after change."""

    def __init__(self, kind: str, thing: str) -> None:
        self._kind, self._thing = kind, thing
        self._rows: dict[tuple[str, str], RowThen] = {}
        self._unborn: set[tuple[str, str]] = set()
        self.is_known = False

    def take(self, sequence: int, changes: Iterable[Mapping[str, Any]], *, past: bool) -> None:
        for change in changes:
            if change["id"] == self._thing and _kind(change["table"]) == self._kind:
                self.is_known = True
                if past:
                    self._happened(sequence, change)
                else:
                    self._undo(change)

    def rows(self) -> list[RowThen]:
        there = [row for row in self._rows.values() if not row.is_gone and row.fields]
        return sorted(there, key=lambda row: (row.table, row.changed_by))

    def _happened(self, sequence: int, change: Mapping[str, Any]) -> None:
        row = self._row(change)
        before, after = change["before"] or {}, change["after"] or {}
        if change["operation"] == "INSERT":
            row.fields, row.is_whole, row.is_gone = {}, True, False
        for name, value in before.items():
            row.fields.setdefault(name, value)
        row.fields.update(after)
        row.is_gone = change["operation"] == "DELETE"
        row.changed_by = sequence

    def _undo(self, change: Mapping[str, Any]) -> None:
        """What a later change says of the time before it."""
        place = _place(change)
        if place in self._unborn:
            return
        if change["operation"] == "INSERT":
            if place not in self._rows:
                self._unborn.add(place)
            return
        row = self._row(change)
        if not row.is_gone:
            for name, value in (change["before"] or {}).items():
                row.fields.setdefault(name, value)

    def _row(self, change: Mapping[str, Any]) -> RowThen:
        table, key = place = _place(change)
        return self._rows.setdefault(place, RowThen(table=table, key=key))


def _kind(table: str) -> str:
    rule = RULES.get(table)
    return rule.kind if rule else table[:40]


def _place(change: Mapping[str, Any]) -> tuple[str, str]:
    """The table and the row's own key, which is not always the thing's."""
    rule = RULES.get(change["table"])
    column = rule.row if rule else ""
    told = (change["after"] or {}) | (change["before"] or {})
    return change["table"], str(told.get(column, change["id"])) if column else change["id"]
