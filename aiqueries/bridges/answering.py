"""From a query to its answer: the provider is called between two short transactions."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from aiqueries.bridges.calling import RESERVE, Sent, call, longest
from aiqueries.exceptions import NothingMayLeave, StaysInside, UnknownModel
from aiqueries.kinds import Outcome
from aiqueries.models import Query
from aiqueries.planning import Call, chances
from aiqueries.routes import Route, routes
from aiqueries.selectors.life import calls_of
from aiqueries.services import circuits, running
from aiqueries.services.composing import Composed, compose
from core.errors import DomainError
from outbox.events import Later

LOOK_AGAIN = 2.0  # seconds
LOST = "Its worker stopped again and again before an answer came."
NOBODY = "Nobody could answer in time."


@dataclass
class Round:
    """One look at who may answer: those who may not, and how long the others have to wait."""

    query: Query
    calls: list[Call]
    refusals: list[DomainError] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def answer(query_id: UUID) -> None:
    """
    Take the query, call whoever may answer, keep what came of it. Safe to call again at any time.

    Raises outbox.events.Later where another try makes sense. All that is decided here follows from
    rows, so it does not matter where a worker before us stopped.
    """
    until = time.monotonic() + settings.CELERY_TASK_TIME_LIMIT - RESERVE
    turn = None
    while (query := Query.objects.select_related("template__prompt").get(pk=query_id)).is_open:
        if turn not in (None, query.turn):
            raise Later("Another worker has it.", seconds=LOOK_AGAIN, counted=False)
        sent = _send(Round(query, calls_of(query)), turn, until)
        if sent is not None:
            if call(sent):
                return
            turn = sent.started.turn


def _send(this: Round, turn: int | None, until: float) -> Sent | None:
    """Take the query for the first route that may answer now; None where none has to."""
    for route, wait in _in_turn(this):
        try:
            composed = compose(this.query, route.provider)
            _ensure_time(route, until)
            if wait > 0 or not circuits.may_call(route, by=_key(this.query)):
                this.waits.append(wait if wait > 0 else _left_alone(route))
                continue
            return _start(this.query, route, composed, turn)
        except NothingMayLeave as refusal:
            this.refusals.append(refusal)
            if not isinstance(refusal, StaysInside):
                break
        except DomainError as refusal:
            this.refusals.append(refusal)
    _wait_or_fail(this)
    return None


def _in_turn(this: Round) -> list[tuple[Route, float]]:
    """Who may be asked, each with the seconds to wait before."""
    try:
        chain = routes(this.query.model)
    except UnknownModel as refusal:
        this.refusals.append(refusal)
        return []
    now = timezone.now()
    hopes = chances(chain, this.calls, seed=str(this.query.pk), now=now)
    return [(hope.route, (hope.at - now).total_seconds()) for hope in hopes]


def _start(query: Query, route: Route, composed: Composed, turn: int | None) -> Sent | None:
    """The route counts on hearing how the call went, so it is told where none is made."""
    started = None
    try:
        started = running.start(query.pk, route=route, composed=composed, turn=turn)
    finally:
        if started is None:
            circuits.release(route, by=_key(query))
    return Sent(started=started, route=route, composed=composed) if started else None


def _key(query: Query) -> str:
    return running.key(query.pk, query.turn + 1)


def _left_alone(route: Route) -> float:
    return max(circuits.seconds_left_alone(route), LOOK_AGAIN)


def _ensure_time(route: Route, until: float) -> None:
    """A task that is ended in the middle of a call would lose it: the next task begins anew."""
    if time.monotonic() + longest(route) > until:
        raise Later("This takes longer than one task may.", seconds=0, counted=False)


def _wait_or_fail(this: Round) -> None:
    """Nobody answers now. Raises Later where somebody may, before the query's time is up."""
    query = this.query
    left = (query.expires_at - timezone.now()).total_seconds()
    if this.waits and min(this.waits) < left:
        running.put_off(query.pk, turn=query.turn, seconds=min(this.waits))
        raise Later("Nobody can be asked just now.", seconds=min(this.waits), counted=False)
    code, reason = _why(this)
    running.fail(query.pk, turn=query.turn, code=code, reason=reason)


def _why(this: Round) -> tuple[str, str]:
    """What to tell whoever asked: what went wrong the last time, or why nobody may be asked."""
    failed = [call for call in this.calls if call.outcome == Outcome.FAILED]
    if failed:
        return failed[-1].trouble.lower(), failed[-1].says
    if this.refusals:
        return this.refusals[0].code, str(this.refusals[0])
    return ("worker_lost", LOST) if this.calls else ("no_provider", NOBODY)
