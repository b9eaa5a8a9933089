"""
Forgetting a person: what identifies them goes, what they did stays, as somebody's.

Every app says here what stands against it, by what other names it knows the person, what it
forgets and what it has to leave as it is. All of it happens in one transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.events import PersonErased
from accounts.exceptions import ErasureRefused, PersonNotFound
from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from core.actor import SYSTEM, Actor
from core.redaction import Words
from outbox.publishing import publish

Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """Whom to forget. `words` are all names and addresses that they are and were known by."""

    id: UUID
    words: Words
    actor: Actor  # who wants it


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What an erasure did, or would do, by app: what, and how many of it."""

    person_id: UUID
    already: bool = False
    objections: list[str] = field(default_factory=list)
    forgotten: dict[str, Counts] = field(default_factory=dict)
    kept: dict[str, Counts] = field(default_factory=dict)


Objection = Callable[[User, Actor], str]
Memory = Callable[[User], Iterable[str]]
Step = Callable[[Leaver], Counts]
O_ = TypeVar("O_", bound=Objection)
M = TypeVar("M", bound=Memory)
S = TypeVar("S", bound=Step)

_objections: list[Objection] = []
_memories: list[Memory] = []
_steps: dict[str, Step] = {}
_last: dict[str, Step] = {}
_leavings: dict[str, Step] = {}


def objects(function: O_) -> O_:
    """Register `f(user, actor)` that says in a sentence why not to erase them now; "" if not."""
    _objections.append(function)
    return function


def remembers(function: M) -> M:
    """Register `f(user)` that tells further names and addresses they were known by."""
    _memories.append(function)
    return function


def forgets(app: str, *, last: bool = False) -> Callable[[S], S]:
    """
    Register what an app does to forget: it counts what it removed or made unreadable.

    It touches the database alone, in the caller's transaction, which may be rolled back. What is
    outside follows the event PersonErased. A `last` step sees what all others did.
    """

    def register(function: S) -> S:
        (_last if last else _steps)[app] = function
        return function

    return register


def leaves(app: str) -> Callable[[S], S]:
    """Register what counts the places that name the person and stay as they are."""

    def register(function: S) -> S:
        _leavings[app] = function
        return function

    return register


def find_person(who: str) -> User:
    """The person with this id or e-mail address. Raises PersonNotFound."""
    try:
        found = User.objects.filter(pk=UUID(who.strip()))
    except ValueError:
        found = User.objects.filter(email=who.strip().lower())
    person = found.first()
    if person is None:
        raise PersonNotFound("Nobody here has this id or address.")
    return person


@transaction.atomic
def erase_person(
    *, person_id: UUID, actor: Actor, also: Sequence[str] = (), dry_run: bool = False
) -> Erasure:
    """
    Forget a person, for good. Doing it twice changes nothing.

    `also` are further names to look for in texts. A dry run does all of it and takes it back: it
    tells the objections and the counts. Otherwise raises ErasureRefused when something stands
    against it, and PersonNotFound.
    """
    # Whoever is about to write a row that refers to the person waits, or is waited for.
    person = User.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not _may_erase(actor):
        raise PersonNotFound("Nobody here has this id or address.")
    if person.erased_at is not None:
        return Erasure(person_id=person_id, already=True)
    found = [sentence for objection in _objections if (sentence := objection(person, actor))]
    if found and not dry_run:
        raise ErasureRefused(" ".join(found))
    erasure = _carried_out(person, actor, also, found)
    if dry_run:
        transaction.set_rollback(True)
    return erasure


def _carried_out(person: User, actor: Actor, also: Sequence[str], objections: list[str]) -> Erasure:
    known = [word for memory in _memories for word in memory(person)]
    leaver = Leaver(id=person.pk, words=Words([*known, *also]), actor=actor)
    person.erase(at=timezone.now())
    forgotten = {app: step(leaver) for app, step in _steps.items()}
    publish(PersonErased(user_id=str(person.pk)), actor=actor)
    forgotten |= {app: step(leaver) for app, step in _last.items()}
    kept = {app: count(leaver) for app, count in _leavings.items()}
    return Erasure(
        person_id=person.pk,
        objections=objections,
        forgotten={app: counts for app, found in forgotten.items() if (counts := _some(found))},
        kept={app: counts for app, found in kept.items() if (counts := _some(found))},
    )


def _some(counts: Counts) -> Counts:
    return {what: count for what, count in counts.items() if count}


def _may_erase(actor: Actor) -> bool:
    if actor == SYSTEM:
        return True
    person = User.objects.with_roles().filter(pk=actor.id).first()
    return person is not None and has_role(person, ADMINISTRATORS)
