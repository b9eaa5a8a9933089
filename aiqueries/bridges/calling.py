"""One call of a provider, and how it is written down."""

import logging
import math
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import Error
from django.utils import timezone

from aiqueries.bridges.hearing import Ear
from aiqueries.bridges.providers import registry
from aiqueries.bridges.providers.port import Ask, ProviderError, Reply
from aiqueries.bridges.watching import watched
from aiqueries.kinds import Trouble
from aiqueries.routes import Route, provider_settings
from aiqueries.services import circuits, running
from aiqueries.services.composing import Composed
from core.database import persistently

logger = logging.getLogger(__name__)

RESERVE = 20  # seconds of a task's time for everything but the call
LONGEST_PAUSE = 86_400.0  # seconds; whatever a provider asks for


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A call that is paid for and written down, and now has to be made."""

    started: running.Started
    route: Route
    composed: Composed


def longest(route: Route) -> float:
    """For how many seconds this route may take for an answer: a task has to outlive its call."""
    most = settings.CELERY_TASK_TIME_LIMIT - 2 * RESERVE
    return float(min(provider_settings(route.provider).timeout, most))


def call(sent: Sent) -> bool:
    """Have the provider answer, and write down what comes of it; whether that ended the query."""
    ear = Ear(sent.started)
    try:
        reply = _answered(sent, ear)
    except ProviderError as error:
        persistently(partial(running.fail_attempt, sent.started, _failure(error, ear)))
        _tell(sent, error)
        return False
    ended = persistently(partial(running.succeed, sent.started, _answer(reply, ear)))
    _tell(sent, None)
    return ended


def _answered(sent: Sent, ear: Ear) -> Reply:
    """The answer. Raises ProviderError alone: what else goes wrong there is trouble of theirs."""
    with watched(sent.started.query_id, sent.started.turn) as over:
        try:
            return registry.provider(sent.route.provider).answer(
                _ask(sent), on_text=ear, stop=lambda: over.is_set() or ear.deaf
            )
        except ProviderError:
            raise
        except Exception as error:
            logger.exception("Could not ask %s", sent.route)
            raise ProviderError(Trouble.TRANSIENT) from error


def _tell(sent: Sent, error: ProviderError | None) -> None:
    """Let the others know how the route does. The query itself does not depend on it."""
    try:
        if error is None:
            circuits.note_success(sent.route)
        else:
            circuits.note_trouble(sent.route, error.kind, wait=_pause(error), by=sent.started.key)
    except Error as unwritten:
        logger.warning("Could not note how %s does: %s", sent.route, unwritten)


def _ask(sent: Sent) -> Ask:
    left = (sent.started.until - timezone.now()).total_seconds()
    return Ask(
        model=sent.route.model,
        instructions=sent.composed.instructions,
        content=sent.composed.content,
        most_tokens=sent.composed.most_tokens,
        key=sent.started.key,
        timeout=max(min(longest(sent.route), left), 1.0),
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
    pause = _pause(error)
    return running.Failure(
        trouble=error.kind,
        says=str(error),
        input_tokens=error.input_tokens,
        output_tokens=error.output_tokens,
        request_id=error.request_id,
        first_text_at=ear.first_at,
        pause_until=None if pause is None else timezone.now() + timedelta(seconds=pause),
    )


def _pause(error: ProviderError) -> float | None:
    """For how many seconds the provider asks for rest, where that makes sense."""
    if error.wait is None or math.isnan(error.wait):
        return None
    return min(max(error.wait, 0.0), LONGEST_PAUSE)
