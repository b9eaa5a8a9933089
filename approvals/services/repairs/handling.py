"""What administrators do about what was parked."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from approvals.events import RepairPutAside, RepairRetried
from approvals.exceptions import (
    CommentRequired,
    NotAnAdministrator,
    NotParked,
    RepairNotFound,
)
from approvals.models import Repair
from approvals.services.deciding import checked_comment
from approvals.services.repairs.looking import look_first
from approvals.services.repairs.recording import facts
from outbox.publishing import publish


@transaction.atomic
def retry_repair(*, repair_id: int, actor: User) -> Repair:
    """
    Have a parked trouble looked at again, the next time that the reconciler runs.

    If it is still there it is parked anew. Raises RepairNotFound, NotAnAdministrator, NotParked.
    """
    repair = _parked(repair_id, actor)
    _settle(repair, Repair.State.RETRIED, actor)
    look_first(repair.request_id)
    publish(RepairRetried(**facts(repair)), actor=actor.as_actor())
    return repair


@transaction.atomic
def put_repair_aside(*, repair_id: int, comment: str, actor: User) -> Repair:
    """
    Note that nothing more is to be done about a parked trouble, and why.

    It is not told of again. Raises RepairNotFound, NotAnAdministrator, NotParked,
    CommentRequired and InvalidComment.
    """
    comment = checked_comment(comment)
    if not comment:
        raise CommentRequired("Say why nothing more is to be done.", field="comment")
    repair = _parked(repair_id, actor)
    repair.comment = comment
    _settle(repair, Repair.State.PUT_ASIDE, actor)
    publish(RepairPutAside(**facts(repair)), actor=actor.as_actor())
    return repair


def _parked(repair_id: int, actor: User) -> Repair:
    if not has_role(actor, ADMINISTRATORS):
        raise NotAnAdministrator("Only administrators see to what was parked.")
    rows = Repair.objects.select_for_update(of=("self",), no_key=True)
    repair = rows.select_related("request__question", "question_import").filter(pk=repair_id)
    found = repair.first()
    if found is None:
        raise RepairNotFound("There is no such repair.")
    if found.state != Repair.State.PARKED:
        raise NotParked(f"It is parked no more: {found.get_state_display().lower()}.")
    return found


def _settle(repair: Repair, state: Repair.State, actor: User) -> None:
    repair.state, repair.settled_by, repair.settled_at = state, actor, timezone.now()
    repair.save(update_fields=["state", "settled_by", "settled_at", "comment"])
