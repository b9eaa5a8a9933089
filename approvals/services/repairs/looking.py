"""Which requests are to be looked at, and when next."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from approvals.models import ApprovalRequest, ApprovalTask, Repair

CHECKED_AT_ONCE = 2_000
SOON = timedelta(minutes=1)
OPEN_EVERY = timedelta(minutes=10)
CLOSED_EVERY = timedelta(days=1)
# Step Functions lets an execution that failed be taken up again for 14 days.
CLOSED_FOR = timedelta(days=15)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def to_check(now: datetime) -> list[ApprovalRequest]:
    """Requests whose last step is a while ago and was not looked at, the oldest first."""
    due = ApprovalRequest.objects.filter(check_at__lte=now).order_by("check_at")
    return list(due.defer("policy")[:CHECKED_AT_ONCE])


def undelivered(before: datetime, limit: int) -> list[uuid.UUID]:
    """Requests with a task that was settled before then and of which the workflow knows nothing."""
    known = Repair.objects.standing().filter(request=OuterRef("request"))
    tasks = ApprovalTask.objects.filter(
        callback__in=[ApprovalTask.Callback.AWAITING_TOKEN, ApprovalTask.Callback.READY],
        decided_at__lt=before,
    ).exclude(status=ApprovalTask.Status.PENDING)
    unknown = tasks.exclude(Exists(known)).order_by("decided_at")
    return list(unknown.values_list("request", flat=True)[:limit])


def to_ask(now: datetime, limit: int) -> list[uuid.UUID]:
    """Requests whose workflow's engine is to be asked, the longest unasked first."""
    due = ApprovalRequest.objects.filter(ask_at__lte=now).order_by("ask_at")
    return list(due.values_list("pk", flat=True)[:limit])


def looked_at(requests: Sequence[ApprovalRequest], now: datetime) -> None:
    """All was well with these: look again in time, and at closed ones no more in the end."""
    running = [request.pk for request in requests if request.is_open]
    _next(running, now + OPEN_EVERY, now)
    kept = [r.pk for r in requests if _may_be_taken_up(r, now)]
    _next(kept, now + CLOSED_EVERY, now)
    done = {request.pk for request in requests} - set(running) - set(kept)
    _next(done, None, now)


def look_soon(ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Something was done, or could not be found out: see what came of it."""
    _next(ids, now + SOON, now)


def look_first(request_id: uuid.UUID | None) -> None:
    """Put this one before all others, if there is one."""
    if request_id is not None:
        ApprovalRequest.objects.filter(pk=request_id).update(check_at=None, ask_at=_FIRST)


def _next(ids: Iterable[uuid.UUID], ask_at: datetime | None, now: datetime) -> None:
    """Only where nothing happened since: what happened later has a check of its own ahead."""
    if chosen := list(ids):
        unmoved = ApprovalRequest.objects.filter(Q(check_at=None) | Q(check_at__lte=now))
        unmoved.filter(pk__in=chosen).update(check_at=None, ask_at=ask_at)


def _may_be_taken_up(request: ApprovalRequest, now: datetime) -> bool:
    """Whether somebody may still redrive its execution: one that succeeded never is."""
    if request.closed_at is None or request.status == ApprovalRequest.Status.APPROVED:
        return False
    return request.closed_at > now - CLOSED_FOR
