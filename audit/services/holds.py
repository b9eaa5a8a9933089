"""Legal holds: placed and released by administrators, each with a reason."""

from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from audit import doors
from audit.events.keeping import HoldPlaced, HoldReleased
from audit.exceptions import (
    AlreadyHeld,
    AlreadyReleased,
    BadHold,
    HoldNotFound,
    NotTheKeeper,
    UnderHold,
)
from audit.models import Hold, Scope
from audit.proof.records import person_key
from outbox.publishing import publish

PERSON = "user"  # what histories call a person
LONGEST_REASON = 2000  # characters


@transaction.atomic
def place_hold(
    *, scope: str, reason: str, actor: User, kind: str = "", object_id: str = ""
) -> Hold:
    """
    Have everything, a person, or a thing kept as it is: neither erased nor archived.

    A person is named by their id, a thing as histories name it: ("question", ID). Raises
    NotTheKeeper, BadHold, AlreadyHeld.
    """
    _ensure_keeper(actor)
    held = _held(scope, kind, object_id)
    try:
        with transaction.atomic():
            hold: Hold = Hold.objects.create(**held, reason=_said(reason), placed_by=str(actor.pk))
    except IntegrityError:
        raise AlreadyHeld("A legal hold on the same is in force already.") from None
    publish(HoldPlaced(hold_id=hold.pk, **_told(hold)), actor=actor.as_actor())
    return hold


@transaction.atomic
def release_hold(*, hold_id: int, reason: str, actor: User) -> Hold:
    """End a hold. Raises NotTheKeeper, BadHold, HoldNotFound, AlreadyReleased."""
    _ensure_keeper(actor)
    hold: Hold | None = Hold.objects.select_for_update(no_key=True).filter(pk=hold_id).first()
    if hold is None:
        raise HoldNotFound(f"There is no legal hold {hold_id}.")
    if not hold.is_in_force:
        raise AlreadyReleased("This hold was released before.")
    hold.release_reason = _said(reason)
    hold.released_at, hold.released_by = timezone.now(), str(actor.pk)
    hold.save(update_fields=["released_at", "released_by", "release_reason"])
    publish(HoldReleased(hold_id=hold.pk, **_told(hold)), actor=actor.as_actor())
    return hold


def ensure_not_held(*, person_id: str = "", objects: Iterable[tuple[str, str]] = ()) -> None:
    """
    Ask before removing what identifies a person, or what tells of things named (kind, id).

    To be called in the transaction that removes: no hold is placed until its end. A person is
    held, too, where entries on a held thing are theirs or name them. Raises UnderHold.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('audit_hold'))")
    hold = doors.hold_on_key(person_key(person_id)) if person_id else None
    of_things = Q(scope=Scope.EVERYTHING)
    for kind, thing in objects:
        of_things |= Q(kind=kind, object_id=str(thing))
    if hold is None:
        hold = Hold.objects.in_force().filter(of_things).values_list("pk", flat=True).first()
    if hold is not None:
        raise UnderHold(f"Legal hold {hold} is on it: it has to be released first.")


def _ensure_keeper(actor: User) -> None:
    if not has_role(actor, ADMINISTRATORS):
        raise NotTheKeeper("Only administrators place and release legal holds.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit_hold'))")


def _held(scope: str, kind: str, object_id: str) -> dict[str, str]:
    if scope not in Scope.values:
        raise BadHold("A hold is on EVERYTHING, a PERSON or an OBJECT.", field="scope")
    if scope == Scope.EVERYTHING:
        return {"scope": scope, "kind": "", "object_id": ""}
    kind, object_id = PERSON if scope == Scope.PERSON else kind.strip(), object_id.strip()
    if not kind or len(kind) > 40:
        raise BadHold("Name the kind of thing to hold, such as question.", field="kind")
    if not object_id or len(object_id) > 255:
        raise BadHold("Name what to hold by its id.", field="object_id")
    return {"scope": scope, "kind": kind, "object_id": object_id}


def _said(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON or "\0" in words:
        raise BadHold(f"Give a reason of up to {LONGEST_REASON} characters.", field="reason")
    return words


def _told(hold: Hold) -> dict[str, str]:
    is_person = hold.scope == Scope.PERSON
    return {
        "scope": hold.scope,
        "what": "a person" if is_person else hold.what,
        "user_id": hold.object_id if is_person else "",
    }
