"""What the server refused or failed to do, and who read in the trail: told after each answer."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.signals import NOBODY
from audit.recording import calls
from core.actor import Actor
from core.database import is_unreachable
from core.looks import first_looks
from core.refusals import collected
from outbox.events import DomainEvent
from outbox.publishing import note

logger = logging.getLogger(__name__)


class RecordingMiddleware:
    """
    Records refusals, failures and readings of the trail. Costs nothing where there is none.

    The answer never depends on it: while the database is away, what it would write is logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with collected() as codes:
            response = self.get_response(request)
        try:
            _record(request, response, codes)
        except Error:
            logger.warning("Could not record an answer of %d.", response.status_code, exc_info=True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failure = exception  # type: ignore[attr-defined]


def _record(request: HttpRequest, response: HttpResponse, codes: list[str]) -> None:
    failure: Exception | None = getattr(request, "failure", None)
    if failure is not None and is_unreachable(failure):
        return
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        if failure is not None:
            note(calls.failed(request, response, failure), actor=_actor(request))
        return
    if refused := calls.refused(request, response, codes):
        _note_refusal(request, refused)
    elif read := calls.trail_read(request, response):
        _note_once(read, _actor(request))


def _note_refusal(request: HttpRequest, refused: DomainEvent) -> None:
    """Strangers can ask without end: theirs are told of once a minute for each address."""
    actor = _actor(request)
    if actor != NOBODY:
        note(refused, actor=actor)
    elif getattr(refused, "code", "") == "invalid_token":
        _note_once(refused, actor, request.META.get("REMOTE_ADDR", ""))


def _note_once(event: Any, actor: Actor, place: str = "") -> None:
    look = (actor.id, place, event.name, repr(event) if actor != NOBODY else "")
    with first_looks({look: event}) as new:
        note(*new, actor=actor)


def _actor(request: HttpRequest) -> Actor:
    user: User | AnonymousUser | None = getattr(request, "user", None)
    return user.as_actor() if user is not None and user.is_authenticated else NOBODY
