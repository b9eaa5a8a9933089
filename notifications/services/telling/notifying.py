"""Telling people: rows, what goes out by other channels, and why, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notifications import planning
from notifications.kinds import Because, Outcome
from notifications.planning import DISTURBING, Telling, Wishes
from notifications.rules import Note, Said, Settled, Step
from notifications.selectors import muted_among, recent_of, wishes_of
from notifications.services import watching
from notifications.services.carrying import releasing
from notifications.services.telling import settling, writing
from notifications.services.telling.positions import lock_positions, wake
from outbox.events import Envelope

# People told in one transaction: others wait for its lock so long.
PORTION = 500


def notify(said: Sequence[tuple[Said, Envelope]]) -> int:
    """
    Tell everybody what the notes say, and withdraw what is settled.

    Returns how many notes were new: a repeat tells nobody again. Who is told, by which ways and
    why stands in a trace for each event and person, also for those who are not told.
    """
    settled = [(each, envelope) for each, envelope in said if isinstance(each, Settled)]
    notes = [(each, envelope) for each, envelope in said if isinstance(each, Note)]
    steps = [(each, envelope) for each, envelope in said if isinstance(each, Step)]
    # After the others: of one event a person is told what concerns them most.
    notes += watching.notes_of(steps) if steps else []
    if settled:
        _settle(settled)
    once = {(note.recipient_id, at.event_id): (note, at) for note, at in reversed(notes)}
    wanted = list(reversed(once.values()))
    return sum(_tell(wanted[start : start + PORTION]) for start in range(0, len(wanted), PORTION))


@transaction.atomic
def _settle(settled: Sequence[tuple[Settled, Envelope]]) -> None:
    lock_positions()
    settling.settle(settled)


@transaction.atomic
def _tell(notes: Sequence[tuple[Note, Envelope]]) -> int:
    people = {note.recipient_id for note, _ in notes}
    active, wishes = writing.people(people), wishes_of(people)
    lock_positions()
    now = timezone.now()
    tellings = _planned(list(writing.not_traced(notes, known=set(active))), active, wishes, now)
    told = [telling for telling in tellings if telling.is_told]
    rows = writing.write_rows(told) if told else {}
    if told:
        late = settling.handle({telling.note.cause for telling in told})
        tellings = [_or_settled(telling, rows, late) for telling in tellings]
        going = releasing.write_deliveries([each for each in tellings if each.is_told], rows)
        tellings = [each for each in tellings if not each.is_told] + going
        wake([telling.note.recipient_id for telling in told])
    if tellings:
        writing.write_traces(tellings, rows)
    return len(told)


def _planned(
    notes: Sequence[tuple[Note, Envelope]],
    active: Mapping[str, bool],
    wishes: Mapping[str, Wishes],
    now: datetime,
) -> list[Telling]:
    """What is to become of each, in turn: what is sent counts against the next."""
    recent = recent_of({note.recipient_id for note, _ in notes}, at=now)
    muted = muted_among([note for note, _ in notes])
    current = {key: replace(each, recent=recent.get(key, {})) for key, each in wishes.items()}
    tellings = []
    for note, envelope in notes:
        telling = _plan(note, envelope, active, current[note.recipient_id], now)
        if note in muted:
            telling = telling.silenced()
        for way in telling.ways:
            if way.outcome == Outcome.SEND and way.channel in DISTURBING:
                current[note.recipient_id] = current[note.recipient_id].sent(way.channel, now)
        tellings.append(telling)
    return tellings


def _plan(
    note: Note, envelope: Envelope, active: Mapping[str, bool], wishes: Wishes, now: datetime
) -> Telling:
    if not active[note.recipient_id]:
        return Telling(note=note, envelope=envelope, because=Because.LEFT)
    if note.recipient_id == envelope.actor.id:
        return Telling(note=note, envelope=envelope, because=Because.OWN_ACT)
    ways = planning.ways(note.kind, wishes, at=now, due_at=note.due_at)
    return Telling(note=note, envelope=envelope, ways=tuple(ways))


def _or_settled(telling: Telling, rows: writing.Rows, late: set[int]) -> Telling:
    """A note of something that had been settled when it came goes out by no channel."""
    row = rows.get((telling.note.recipient_id, telling.note.cause))
    if row is None or not (row.handled or row.id in late):
        return telling
    return telling.settled()
