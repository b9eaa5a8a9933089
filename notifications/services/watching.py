"""Watching and muting: what people said of things, and what watchers are told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db import connection, transaction

from accounts.models import User
from accounts.things import described
from notifications.events import ThingMuted, ThingWatched, WatchEnded
from notifications.exceptions import NothingToWatch
from notifications.kinds import KINDS, Kind
from notifications.models import Watch
from notifications.rules import Note, Step
from notifications.selectors import may_watch, watches_on
from outbox.events import Envelope
from outbox.publishing import publish

_CRITICAL = [kind.value for kind, about in KINDS.items() if about.critical]

_CANCEL = """
UPDATE notifications_delivery AS delivery SET status = 'CANCELLED', answer = 'You muted this.'
FROM notifications_notification AS told
WHERE delivery.recipient_id = %s AND delivery.status = 'PENDING'
    AND told.id = delivery.notification_id AND told.about @> ARRAY[%s]::varchar[]
    AND NOT told.kind = ANY(%s)
"""


@transaction.atomic
def watch_thing(*, person: User, kind: str, thing_id: str, mode: str) -> None:
    """
    Watch or mute a question or somebody's work, from now on; saying it twice changes nothing.

    A mute withdraws what is still on its way about the thing. Raises NothingToWatch where the
    person may not see it.
    """
    if not may_watch(person, kind, thing_id):
        raise NothingToWatch("There is nothing of that kind, or it is not yours to see.")
    thing = f"{kind}:{thing_id}"
    before = Watch.objects.select_for_update().filter(person=person, thing=thing).first()
    if before is not None and before.mode == mode:
        return
    Watch.objects.update_or_create(person=person, thing=thing, defaults={"mode": mode})
    if mode == Watch.Mode.MUTE:
        with connection.cursor() as cursor:
            cursor.execute(_CANCEL, [person.pk, thing, _CRITICAL])
    event = ThingMuted(thing=thing) if mode == Watch.Mode.MUTE else ThingWatched(thing=thing)
    publish(event, actor=person.as_actor())


@transaction.atomic
def end_watch(*, person: User, kind: str, thing_id: str) -> None:
    """Neither watch nor mute it any more; where they did not, nothing changes."""
    thing = f"{kind}:{thing_id}"
    gone, _ = Watch.objects.filter(person=person, thing=thing).delete()
    if gone:
        publish(WatchEnded(thing=thing), actor=person.as_actor())


def notes_of(steps: Sequence[tuple[Step, Envelope]]) -> list[tuple[Note, Envelope]]:
    """What each watcher is told of these steps, as far as they may see what it happened to."""
    watches = watches_on(thing for step, _ in steps for thing in step.about)
    return list(_notes(steps, watches)) if watches else []


def _notes(
    steps: Sequence[tuple[Step, Envelope]], watches: Sequence[Watch]
) -> Iterator[tuple[Note, Envelope]]:
    names = _names(watches)
    by_person: defaultdict[User, dict[str, Watch]] = defaultdict(dict)
    for watch in watches:
        by_person[watch.person][watch.thing] = watch
    for person, theirs in by_person.items():
        wanted = [pair for pair in steps if not theirs.keys().isdisjoint(pair[0].about)]
        seen = described(person, {step.sees for step, _ in wanted})
        for step, envelope in wanted:
            if step.sees in seen:
                nearest = next(thing for thing in step.about if thing in theirs)
                yield _note(step, person, _reason(nearest, names)), envelope


def _note(step: Step, person: User, reason: str) -> Note:
    return Note(
        recipient_id=str(person.pk),
        kind=Kind.WATCHED,
        title=step.title,
        body=step.body,
        reason=reason,
        url=step.url,
        cause=step.cause,
        about=step.about,
        rule=step.rule,
    )


def _reason(thing: str, names: Mapping[str, str]) -> str:
    if thing.startswith("question:"):
        return "You get this because you watch this question."
    return f"You get this because you watch the work of {names.get(thing, 'its requester')}."


def _names(watches: Sequence[Watch]) -> dict[str, str]:
    """What the people are called whose work is watched."""
    ids = {each.thing.partition(":")[2] for each in watches if each.thing.startswith("person:")}
    return {f"person:{one.pk}": str(one) for one in User.objects.filter(pk__in=ids)}
