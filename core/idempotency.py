"""
A POST that may be sent twice, and is done once.

After draft-ietf-httpapi-idempotency-key-header: the caller makes up a key, and sends it again
with the same request when no answer came. The effect and the answer commit together, so that a
crash at any moment leaves either both or a key that was never used.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Conflict, DomainError, Invalid, Malformed
from core.models import IdempotentAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_ACCEPTABLE = re.compile(r"[\x20-\x7e]{1,255}")
# Not about the request but about the moment: the same request may fare better later.
_PASSING = frozenset({401, 429})

ViewT = TypeVar("ViewT", bound=APIView)
P = ParamSpec("P")
Handler = Callable[Concatenate[ViewT, Request, P], Response]
Door = Callable[Concatenate[ViewT, Request, P], HttpResponseBase]


class BadIdempotencyKey(Malformed):
    """The key is not 1 to 255 printable ASCII characters."""

    code = "invalid_idempotency_key"


class IdempotencyKeyInFlight(Conflict):
    """The first request with this key is still being worked on."""

    code = "idempotency_key_in_flight"


class IdempotencyKeyReused(Invalid):
    """The key belongs to a request that said something else."""

    code = "idempotency_key_reused"


def idempotent(handler: Handler[ViewT, P]) -> Door[ViewT, P]:
    """
    Honour Idempotency-Key on a view method that creates or decides.

    Answers of 2xx and definite 4xx are kept for seven days; an answer of 4xx takes the
    handler's own writes back. Unexpected errors and passing ones leave the key unused.
    """

    @functools.wraps(handler)
    def door(
        view: ViewT, request: Request, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not _ACCEPTABLE.fullmatch(key):
            raise BadIdempotencyKey("A key is 1 to 255 printable ASCII characters.", field=HEADER)
        fingerprint = _fingerprint(request)
        actor_id = str(request.user.pk)
        with transaction.atomic():
            _take(actor_id, key)
            earlier = IdempotentAnswer.objects.filter(actor_id=actor_id, key=key).first()
            if earlier is not None:
                return _replay(earlier, fingerprint)
            response = _attempt(view, lambda: handler(view, request, *args, **kwargs))
            _keep(response, actor_id=actor_id, key=key, fingerprint=fingerprint)
        return response

    door.idempotent = True  # type: ignore[attr-defined]
    return door


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    text = "\n".join([str(request.method), request.get_full_path(), body])
    return hashlib.sha256(text.encode()).hexdigest()


def _take(actor_id: str, key: str) -> None:
    """Hold the key until the transaction ends, so that its next user finds our answer."""
    digest = hashlib.sha256(f"idempotency\n{actor_id}\n{key}".encode()).digest()
    with connection.cursor() as cursor:
        number = int.from_bytes(digest[:8], "big", signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (taken,) = cursor.fetchone()
    if not taken:
        raise IdempotencyKeyInFlight(
            "A request with this key is still being worked on. Try again in a moment.",
            field=HEADER,
        )


def _replay(answer: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if answer.fingerprint != fingerprint:
        raise IdempotencyKeyReused("This key was used for another request.", field=HEADER)
    response = HttpResponse(answer.body, status=answer.status, headers=answer.headers)
    response[REPLAYED] = "true"
    return response


def _attempt(view: APIView, work: Callable[[], Response]) -> Response:
    """The handler's answer; a refusal's, with what the handler wrote before it taken back."""
    try:
        with transaction.atomic():
            response = work()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response
    except (DomainError, APIException, Http404, PermissionDenied) as refusal:
        response = view.handle_exception(refusal)
        if response.status_code in _PASSING or response.status_code >= 500:
            raise
        return response


def _keep(response: Response, **identity: Any) -> None:
    headers = {name: value for name, value in response.items() if name != "Content-Type"}
    headers["Content-Type"] = response.content_type or "application/json"
    body = b"" if response.data is None else JSONRenderer().render(response.data)
    IdempotentAnswer.objects.create(
        status=response.status_code, headers=headers, body=body.decode(), **identity
    )
