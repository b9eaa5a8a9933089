"""Which entries a batch is to have: what happened, with the changes that it made."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.recording.sentences import links
from audit.rules import RULES
from audit.services.sealing import log
from audit.services.sealing.log import Change, Event
from audit.services.sealing.places import Place

TOGETHER = 20  # changes in one entry; those of an event that made more get entries of their own
PER_ENTRY = 8  # changes are read for each entry that a batch may have


@dataclass(slots=True)
class Fact:
    """
    What becomes one entry: an event with the changes it made, or a change that stands alone.

    `cause` is the first event of the change's transaction, if it published any.
    """

    event: Event | None
    changes: list[Change]
    cause: Event | None = None

    @property
    def transaction(self) -> int:
        return (self.event or self.changes[0]).transaction_id


@dataclass(frozen=True, slots=True)
class Portion:
    """Facts in their order. `cut` says that the place has more, after `after`."""

    facts: list[Fact]
    after: tuple[int, int]
    cut: bool


def read_portion(place: Place, at_once: int) -> Portion:
    """The first `at_once` entries that are to be written at this place."""
    events = log.events_at(place, at_once + 1)
    most = PER_ENTRY * max(at_once, TOGETHER)
    changes = log.changes_at(place, most + 1)
    cut = len(events) > at_once or len(changes) > most
    # Nothing is known of a transaction beyond these, nor whether this one has more changes.
    last = events[at_once - 1].transaction_id if len(events) > at_once else None
    unfinished = changes[most].transaction_id if len(changes) > most else None
    facts: list[Fact] = []
    for transaction, happened, changed in _transactions(events[:at_once], changes[:most]):
        too_far = last is not None and transaction > last
        if too_far or len(facts) >= at_once or (facts and transaction == unfinished):
            cut = True
            break
        facts += _facts(happened, changed, apart=transaction == unfinished)
    cut, facts = cut or len(facts) > at_once, facts[:at_once]
    _name_causes(facts)
    return Portion(facts, _place_of_last(facts, place.after), cut)


def _transactions(
    events: Sequence[Event], changes: Sequence[Change]
) -> Iterator[tuple[int, list[Event], list[Change]]]:
    """Each transaction with its events and changes, in the order of transactions."""
    found: dict[int, tuple[list[Event], list[Change]]] = defaultdict(lambda: ([], []))
    for event in events:
        found[event.transaction_id][0].append(event)
    for change in changes:
        found[change.transaction_id][1].append(change)
    for transaction in sorted(found):
        yield transaction, *found[transaction]


def _facts(events: list[Event], changes: list[Change], *, apart: bool) -> list[Fact]:
    """The entries of one transaction: its events first, then the changes that stand alone."""
    facts = [Fact(event, []) for event in events]
    alone = changes if apart or not events else _given_to(facts, changes)
    return facts + [Fact(None, [change]) for change in alone]


def _given_to(facts: list[Fact], changes: list[Change]) -> list[Change]:
    """Give each change to the event that tells of it; return those of events with too many."""
    events = [fact.event for fact in facts if fact.event is not None]
    things: list[set[tuple[str, str]]] = []
    if len(events) > 1 and changes:
        things = [set(links(event.name, json.loads(event.payload))) for event in events]
    for change in changes:
        facts[_teller(change, things)].changes.append(change)
    alone = []
    for fact in facts:
        if len(fact.changes) > TOGETHER:
            alone += fact.changes
            fact.changes = []
    return alone


def _teller(change: Change, things: list[set[tuple[str, str]]]) -> int:
    """Which event tells of a change: the first that names its thing, or else the first."""
    rule = RULES.get(change.table)
    if rule is not None:
        for place, named in enumerate(things):
            if (rule.kind, change.object_id) in named:
                return place
    return 0


def _name_causes(facts: Iterable[Fact]) -> None:
    """See by what event the transactions began whose changes stand alone."""
    alone = [fact for fact in facts if fact.event is None]
    if alone:
        causes = log.first_events_of({fact.transaction for fact in alone})
        for fact in alone:
            fact.cause = causes.get(fact.transaction)


def _place_of_last(facts: Sequence[Fact], before: tuple[int, int]) -> tuple[int, int]:
    """Up to where the log is sealed with these: the last transaction, and its last event."""
    if not facts:
        return before
    transaction = facts[-1].transaction
    ids = [f.event.id for f in facts if f.event is not None and f.transaction == transaction]
    return max(before, (transaction, max(ids, default=0)))
