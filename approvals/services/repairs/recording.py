"""Writing down what was repaired, and what waits for a person."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.selectors import administrator_ids
from approvals.events import RepairMade, RepairParked
from approvals.models import ApprovalRequest, QuestionImport, Repair
from core.actor import SYSTEM
from outbox.publishing import publish

Thing = ApprovalRequest | QuestionImport


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something found amiss: of what kind, in a sentence."""

    kind: Repair.Kind
    found: str


@transaction.atomic
def record_made(thing: Thing, trouble: Trouble, outcome: str) -> Repair:
    """Note a repair that was made; what was parked of the same kind is over with it."""
    repair = _new(thing, trouble, outcome, Repair.State.MADE)
    parked = Repair.objects.parked().filter(kind=trouble.kind, **_of(thing))
    parked.update(state=Repair.State.OVER, settled_at=timezone.now())
    repair.save()
    publish(RepairMade(**facts(repair)), actor=SYSTEM)
    return repair


@transaction.atomic
def park(thing: Thing, trouble: Trouble, reason: str) -> bool:
    """
    Leave a trouble to the administrators and tell them, unless it is known already.

    Returns whether it was new.
    """
    repair = _new(thing, trouble, reason, Repair.State.PARKED)
    if Repair.objects.standing().filter(kind=trouble.kind, **_of(thing)).exists():
        return False
    try:
        with transaction.atomic():
            repair.save()
    except IntegrityError:
        return False
    publish(
        RepairParked(
            **facts(repair),
            reason=reason,
            administrator_ids=administrator_ids(),
        ),
        actor=SYSTEM,
    )
    return True


def note_over(request: ApprovalRequest) -> int:
    """What was parked of this request is over: it was looked at and nothing is amiss."""
    parked = Repair.objects.parked().filter(request=request)
    return parked.update(state=Repair.State.OVER, settled_at=timezone.now())


def made_of_late(thing: Thing, kind: Repair.Kind, within: timedelta) -> int:
    """How often the same repair was made in this time, since a person last had it tried again."""
    of_kind = Repair.objects.filter(kind=kind, **_of(thing))
    retried = of_kind.filter(state=Repair.State.RETRIED).aggregate(at=Max("settled_at"))["at"]
    since = max(moment for moment in (retried, timezone.now() - within) if moment)
    return of_kind.filter(state=Repair.State.MADE, created_at__gt=since).count()


def facts(repair: Repair) -> dict[str, str]:
    """What every event about a repair says of it."""
    return {
        "repair_id": str(repair.pk),
        "kind": repair.kind,
        "request_id": str(repair.request_id or ""),
        "import_id": str(repair.question_import_id or ""),
        "title": repair.title,
    }


def _new(thing: Thing, trouble: Trouble, outcome: str, state: Repair.State) -> Repair:
    return Repair(
        kind=trouble.kind,
        state=state,
        found=trouble.found,
        outcome=outcome,
        **_of(thing),
    )


def _of(thing: Thing) -> dict[str, Thing]:
    return {"request" if isinstance(thing, ApprovalRequest) else "question_import": thing}
