"""Leaving a provider alone that fails, for all workers at once."""

import logging
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from aiqueries import breaking
from aiqueries.kinds import Trouble
from aiqueries.models import Circuit
from aiqueries.routes import Route

logger = logging.getLogger(__name__)

PROBE_LOOK = 5.0  # seconds; the probe that is out may tell at any time

_CLOSED = {
    "failures": 0,
    "openings": 0,
    "opened_at": None,
    "until": None,
    "probe": "",
    "probe_until": None,
}


def may_call(route: Route, *, by: str = "") -> bool:
    """
    Whether to call this route now. Ask last, just before the call, and tell how it went.

    Where the route has failed too often, one caller after another gets True, to try it out. `by` is
    the key of the call.
    """
    row = _of(route).first()
    if row is None:
        return True
    now = timezone.now()
    said = breaking.answer(_plain(row), now)
    return said is breaking.Answer.CALL or (
        said is breaking.Answer.PROBE and _is_the_probe(row, now, by)
    )


def seconds_left_alone(route: Route) -> float:
    """How long to wait before asking `may_call` again makes sense; 0 where a call may go out."""
    row = _of(route).first()
    now = timezone.now()
    if row is None or breaking.answer(_plain(row), now) is not breaking.Answer.LEAVE:
        return 0.0
    pause = (row.until - now).total_seconds() if row.until else 0.0
    return pause if pause > 0 else PROBE_LOOK


def note_success(route: Route) -> None:
    """The route answered: it is as good as new."""
    row = _of(route).filter(failures__gt=0).first()
    if row is None:
        return
    _of(route).update(**_CLOSED)
    if row.until:
        logger.warning("%s answers again.", route)


def note_trouble(
    route: Route, trouble: Trouble, *, wait: float | None = None, by: str = ""
) -> None:
    """
    The route gave no answer; `wait` is what it asked for, in seconds.

    Whoever refuses to answer, or says that we asked badly, is well.
    """
    if trouble is Trouble.CANCELLED:
        release(route, by=by)
    elif trouble.handling.own_fault:
        _count(route, wait)
    else:
        note_success(route)


def release(route: Route, *, by: str) -> None:
    """The call that `by` was let through for told nothing: let another one try."""
    if by:
        _of(route).filter(probe=by).update(probe="", probe_until=None)


@transaction.atomic
def _count(route: Route, wait: float | None) -> None:
    Circuit.objects.get_or_create(provider=route.provider, model=route.model)
    row = _of(route).select_for_update(no_key=True).get()
    now = timezone.now()
    before = _plain(row)
    after = breaking.after_trouble(before, now, wait)
    changes = asdict(after)
    if after.openings > before.openings:
        logger.warning("%s is left alone until %s.", route, after.until)
        changes |= {"opened_at": row.opened_at or now, "probe": ""}
    _of(route).update(**changes)


def _is_the_probe(row: Circuit, now: datetime, by: str) -> bool:
    """Of all who ask at once, one is; the database decides."""
    nobody = Q(probe_until=None) | Q(probe_until__lte=now)
    won = Circuit.objects.filter(nobody, pk=row.pk, until__lte=now).update(
        probe=by, probe_until=now + breaking.PROBE_TAKES
    )
    return bool(won)


def _plain(row: Circuit) -> breaking.Circuit:
    return breaking.Circuit(
        failures=row.failures,
        openings=row.openings,
        until=row.until,
        probe_until=row.probe_until,
    )


def _of(route: Route) -> QuerySet[Circuit]:
    return Circuit.objects.filter(provider=route.provider, model=route.model)
