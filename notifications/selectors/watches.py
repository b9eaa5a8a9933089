"""Who watches what, and who wants to hear no more of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import User
from accounts.things import described, may_see, uuids
from notifications.models import Notification, Watch
from notifications.rules import Note


def muted_among(notes: Collection[Note]) -> set[Note]:
    """
    Those of the notes that are about something their recipient muted; one query for all.

    What a person said of the nearest thing counts: who mutes somebody's work and watches one
    question of it hears of that question.
    """
    said = {
        (str(person), thing): mode
        for person, thing, mode in Watch.objects.filter(
            person__in={note.recipient_id for note in notes},
            thing__in={thing for note in notes for thing in note.about},
        ).values_list("person", "thing", "mode")
    }
    return {note for note in notes if _nearest(note, said) == Watch.Mode.MUTE} if said else set()


def _nearest(note: Note, said: dict[tuple[str, str], str]) -> str:
    """`about` begins with what is nearest."""
    found = (said.get((note.recipient_id, thing), "") for thing in note.about)
    return next(filter(None, found), "")


def watches_on(things: Iterable[str]) -> list[Watch]:
    """Who watches any of these, with the people, oldest first."""
    found = Watch.objects.filter(thing__in=set(things), mode=Watch.Mode.WATCH)
    return list(found.select_related("person").order_by("created_at", "pk"))


@dataclass(frozen=True, kw_only=True)
class Watchable:
    """A thing as its watcher knows it; `mode` is empty where they said nothing of it."""

    kind: str
    id: str
    title: str
    url: str = ""
    mode: str = ""


def may_watch(person: User, kind: str, thing_id: str) -> bool:
    """
    Questions they may see; the work of themselves, and of whomever they see or were told of.

    What they are told then is what they may see at that time.
    """
    if kind == "question":
        return may_see(person, "question", thing_id)
    if kind != "person" or not uuids([thing_id]):
        return False
    if may_see(person, "user", thing_id):
        return True
    told = Notification.objects.of(person.pk).filter(about__contains=[f"person:{thing_id}"])
    return told.exists()


def watchable(person: User, things: Iterable[str]) -> list[Watchable]:
    """Those of the things, each as "kind:id", that this person may watch, in this order."""
    wanted = dict.fromkeys(things)
    allowed = [each for each in wanted if may_watch(person, *_parts(each))]
    said = Watch.objects.filter(person=person, thing__in=allowed)
    return _known(person, dict.fromkeys(allowed, "") | dict(said.values_list("thing", "mode")))


def watched_by(person: User) -> list[Watchable]:
    """All that this person watches or mutes, the newest first, also what they may not see now."""
    said = Watch.objects.filter(person=person).order_by("-created_at", "-pk")
    return _known(person, dict(said.values_list("thing", "mode")))


def _known(person: User, modes: dict[str, str]) -> list[Watchable]:
    pairs = {each: _parts(each) for each in modes}
    questions = described(person, [pair for pair in pairs.values() if pair[0] == "question"])
    people = User.objects.filter(pk__in=[key for kind, key in pairs.values() if kind == "person"])
    titles = {("person", str(one.pk)): f"The work of {one}" for one in people}
    titles |= {pair: thing.title for pair, thing in questions.items()}
    return [
        Watchable(
            kind=kind,
            id=key,
            title=titles.get((kind, key), f"A {kind} that you may not see any more"),
            url=questions[kind, key].url if (kind, key) in questions else "",
            mode=mode,
        )
        for each, mode in modes.items()
        for kind, key in [pairs[each]]
    ]


def _parts(thing: str) -> tuple[str, str]:
    kind, _, key = thing.partition(":")
    return kind, key
