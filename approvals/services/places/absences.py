"""Being away, and saying who stands in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, has_role
from approvals.events import AbsenceAnnounced, AbsenceEnded
from approvals.exceptions import (
    AbsenceNotFound,
    InvalidAbsence,
    NotAnAssessor,
    NotYours,
    OverlappingAbsence,
    UnknownPerson,
)
from approvals.models import Absence
from outbox.publishing import publish

LONGEST = timedelta(days=366)


@transaction.atomic
def announce_absence(
    *, person: User, starts_at: datetime, ends_at: datetime, substitute: str = "", actor: User
) -> Absence:
    """
    Say that somebody is away; within seconds their places go to the substitute.

    `substitute` is an e-mail address, or empty where nobody stands in. Raises NotYours,
    NotAnAssessor, InvalidAbsence, UnknownPerson and OverlappingAbsence.
    """
    if actor.pk != person.pk and not has_role(actor, ADMINISTRATORS):
        raise NotYours("Only administrators say that somebody else is away.")
    if not has_role(person, ASSESSORS):
        raise NotAnAssessor(f"{person} is not an assessor.", field="person")
    _ensure_possible(starts_at, ends_at)
    standing_in = _substitute(substitute, person)
    # One at a time for each person, so that no two can overlap.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    theirs = Absence.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if (other := theirs.first()) is not None:
        raise OverlappingAbsence(
            f"{person} is away until {other.ends_at:%d %B %Y at %H:%M} UTC already.",
            field="starts_at",
        )
    absence = Absence.objects.create(
        person=person, starts_at=starts_at, ends_at=ends_at, substitute=standing_in
    )
    publish(
        AbsenceAnnounced(
            absence_id=str(absence.pk),
            user_id=str(person.pk),
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
            substitute_id=str(standing_in.pk) if standing_in else "",
        ),
        actor=actor.as_actor(),
    )
    return absence


def _ensure_possible(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise InvalidAbsence("It ends after it begins.", field="ends_at")
    if ends_at <= timezone.now():
        raise InvalidAbsence("That is over already.", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise InvalidAbsence(f"It lasts {LONGEST.days} days at the most.", field="ends_at")


def _substitute(email: str, person: User) -> User | None:
    email = email.strip().lower()
    if not email:
        return None
    found = User.objects.with_roles().filter(email=email, is_active=True).first()
    if found is None or not has_role(found, ASSESSORS):
        raise UnknownPerson("No assessor has this address.", field="substitute")
    if found.pk == person.pk:
        raise InvalidAbsence("Nobody stands in for themselves.", field="substitute")
    return found


@transaction.atomic
def end_absence(*, absence_id: UUID, actor: User) -> None:
    """
    Let somebody be back now; what has not begun is gone. What was handed over stays so.

    Raises AbsenceNotFound, also for one that is over.
    """
    now = timezone.now()
    found = Absence.objects.visible_to(actor).to_come(now)
    absence = found.select_for_update(of=("self",), no_key=True).filter(pk=absence_id).first()
    if absence is None:
        raise AbsenceNotFound("There is no such absence.")
    if absence.starts_at < now:
        absence.ends_at = now
        absence.save(update_fields=["ends_at"])
    else:
        absence.delete()
    publish(
        AbsenceEnded(absence_id=str(absence_id), user_id=str(absence.person_id)),
        actor=actor.as_actor(),
    )
