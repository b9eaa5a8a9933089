"""From a query to its answer: the provider is called between two short transactions."""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from aiqueries.bridges.hearing import Ear
from aiqueries.bridges.providers import registry
from aiqueries.bridges.providers.port import Ask, ProviderError, Reply
from aiqueries.bridges.watching import watched
from aiqueries.exceptions import NothingMayLeave, StaysInside, UnknownModel
from aiqueries.kinds import Outcome, Trouble
from aiqueries.models import Query
from aiqueries.planning import Call, chances
from aiqueries.routes import Route, provider_settings, routes
from aiqueries.selectors.life import calls_of
from aiqueries.services import running
from aiqueries.services.composing import Composed, compose
from core.database import persistently
from core.errors import DomainError
from outbox.events import Later

logger = logging.getLogger(__name__)

RESERVE = 20  # seconds of a task's time for everything but the call
LOOK_AGAIN = 2.0  # seconds
LONGEST_PAUSE = 86_400  # seconds; whatever a provider asks for
LOST = "Its worker stopped again and again before an answer came."
NOBODY = "Nobody could answer in time."


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A call that is paid for and written down, and now has to be made."""

    started: running.Started
    route: Route
    composed: Composed


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
        sent = _send(query, turn, until)
        if sent is not None:
            _call(sent)
            turn = sent.started.turn


def _send(query: Query, turn: int | None, until: float) -> Sent | None:
    """Take the query for the first route that may answer now; None where none has to."""
    calls = calls_of(query)
    refusals: list[DomainError] = []
    waits: list[float] = []
    for route, wait in _in_turn(query, calls, refusals):
        try:
            composed = compose(query, route.provider)
            if wait > 0:
                waits.append(wait)
                continue
            _ensure_time(query, route, until)
            started = running.start(query.pk, route=route, composed=composed, turn=turn)
        except NothingMayLeave as refusal:
            refusals.append(refusal)
            if not isinstance(refusal, StaysInside):
                break
        except DomainError as refusal:
            refusals.append(refusal)
        else:
            return Sent(started=started, route=route, composed=composed) if started else None
    _wait_or_fail(query, calls, refusals, waits)
    return None


def _in_turn(
    query: Query, calls: list[Call], refusals: list[DomainError]
) -> list[tuple[Route, float]]:
    """Who may be asked, each with the seconds to wait before."""
    try:
        chain = routes(query.model)
    except UnknownModel as refusal:
        refusals.append(refusal)
        return []
    now = timezone.now()
    hopes = chances(chain, calls, seed=str(query.pk), now=now)
    return [(hope.route, (hope.at - now).total_seconds()) for hope in hopes]


def _ensure_time(query: Query, route: Route, until: float) -> None:
    """A task that is ended in the middle of a call would lose it: the next task begins anew."""
    if time.monotonic() + _timeout(route) > until:
        raise Later("This takes longer than one task may.", seconds=0, counted=False)


def _timeout(route: Route) -> float:
    longest = settings.CELERY_TASK_TIME_LIMIT - 2 * RESERVE
    return float(min(provider_settings(route.provider).timeout, longest))


def _wait_or_fail(
    query: Query, calls: list[Call], refusals: list[DomainError], waits: list[float]
) -> None:
    """Nobody answers now. Raises Later where somebody may, before the query's time is up."""
    left = (query.expires_at - timezone.now()).total_seconds()
    if waits and min(waits) < left:
        running.put_off(query.pk, turn=query.turn, seconds=min(waits))
        raise Later("Nobody can be asked just now.", seconds=min(waits), counted=False)
    code, reason = _why(calls, refusals)
    running.fail(query.pk, turn=query.turn, code=code, reason=reason)


def _why(calls: list[Call], refusals: list[DomainError]) -> tuple[str, str]:
    """What to tell whoever asked: what went wrong the last time, or why nobody may be asked."""
    failed = [call for call in calls if call.outcome == Outcome.FAILED]
    if failed:
        return failed[-1].trouble.lower(), failed[-1].says
    if refusals:
        return refusals[0].code, str(refusals[0])
    return ("worker_lost", LOST) if calls else ("no_provider", NOBODY)


def _call(sent: Sent) -> None:
    """Have the provider answer, whatever comes of it, and write that down."""
    ear = Ear(sent.started)
    with watched(sent.started.query_id, sent.started.turn) as over:
        try:
            reply = registry.provider(sent.route.provider).answer(
                _ask(sent), on_text=ear, stop=lambda: over.is_set() or ear.deaf
            )
        except ProviderError as error:
            ended = partial(running.fail_attempt, sent.started, _failure(error, ear))
        except Exception:
            logger.exception("Could not ask %s", sent.route)
            failure = _failure(ProviderError(Trouble.TRANSIENT), ear)
            ended = partial(running.fail_attempt, sent.started, failure)
        else:
            ended = partial(running.succeed, sent.started, _answer(reply, ear))
    persistently(ended)


def _ask(sent: Sent) -> Ask:
    left = (sent.started.until - timezone.now()).total_seconds()
    return Ask(
        model=sent.route.model,
        instructions=sent.composed.instructions,
        content=sent.composed.content,
        most_tokens=sent.composed.most_tokens,
        key=sent.started.key,
        timeout=max(min(_timeout(sent.route), left), 1.0),
    )


def _answer(reply: Reply, ear: Ear) -> running.Answer:
    return running.Answer(
        text=reply.text,
        model=reply.model,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        request_id=reply.request_id,
        complete=reply.complete,
        first_text_at=ear.first_at,
    )


def _failure(error: ProviderError, ear: Ear) -> running.Failure:
    pause_until = None
    if error.wait is not None:
        pause_until = timezone.now() + timedelta(seconds=min(max(error.wait, 0), LONGEST_PAUSE))
    return running.Failure(
        trouble=error.kind,
        says=str(error),
        input_tokens=error.input_tokens,
        output_tokens=error.output_tokens,
        request_id=error.request_id,
        first_text_at=ear.first_at,
        pause_until=pause_until,
    )
