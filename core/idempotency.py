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
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Conflict, DomainError, Invalid, Malformed
from core.models import ONE_ANSWER, IdempotentAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_ACCEPTABLE = re.compile(r"[\x20-\x7e]{1,255}")
# Not about the request but about the moment: the same request may fare better later.
_PASSING = frozenset({401, 429})

_TAKE = """
SELECT pg_try_advisory_xact_lock(%s), fingerprint, status, headers::text, body
FROM (VALUES (1)) AS always LEFT JOIN core_idempotentanswer ON actor_id = %s AND key = %s
"""

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


OWN_REFUSALS = (IdempotencyKeyInFlight, IdempotencyKeyReused)


def idempotent(handler: Handler[ViewT, P]) -> Door[ViewT, P]:
    """
    Honour Idempotency-Key on a view method that creates or decides.

    Answers of 2xx and definite 4xx are kept for seven days; an answer of 4xx takes back
    whatever the handler wrote. Unexpected errors and passing ones leave the key unused.
    """

    @functools.wraps(handler)
    def door(
        view: ViewT, request: Request, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if HEADER not in request.headers:
            return handler(view, request, *args, **kwargs)
        asked = _Asked.by(request)
        try:
            return _answer_once(asked, lambda: _accepted(handler(view, request, *args, **kwargs)))
        except _Refused as refused:
            response = refused.response
        except (DomainError, APIException, Http404, PermissionDenied) as refusal:
            if isinstance(refusal, OWN_REFUSALS):
                raise
            response = view.handle_exception(refusal)
            if response.status_code in _PASSING or response.status_code >= 500:
                raise
        return _answer_once(asked, lambda: response)

    door.idempotent = True  # type: ignore[attr-defined]
    return door


class _Refused(Exception):
    """The handler answered with a refusal instead of raising one: nothing it wrote may stay."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def _accepted(response: Response) -> Response:
    if response.status_code >= 400:
        raise _Refused(response)
    return response


@dataclass(frozen=True)
class _Asked:
    """Who sent which key with which request."""

    actor_id: str
    key: str
    fingerprint: str

    @classmethod
    def by(cls, request: Request) -> "_Asked":
        key = request.headers[HEADER]
        if not _ACCEPTABLE.fullmatch(key):
            raise BadIdempotencyKey("A key is 1 to 255 printable ASCII characters.", field=HEADER)
        body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), default=_said)
        text = "\n".join([str(request.method), request.get_full_path(), body])
        return cls(str(request.user.pk), key, hashlib.sha256(text.encode()).hexdigest())

    @property
    def lock(self) -> int:
        text = f"idempotency\n{self.actor_id}\n{self.key}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def _said(file: "UploadedFile[Any]") -> list[str]:
    """What a file in a request says: its name and its bytes."""
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return [file.name or "", digest]


def _answer_once(asked: _Asked, work: Callable[[], Response]) -> HttpResponseBase:
    """The answer that is kept for the key; if none is, work's, kept in work's transaction."""
    try:
        with transaction.atomic():
            earlier = _take(asked)
            if earlier is not None:
                return _replay(earlier, asked)
            response = work()
            _keep(response, asked)
            return response
    except IntegrityError as error:
        # The other one committed after our statement began to look and before it got the lock.
        if ONE_ANSWER in str(error):
            raise _in_flight() from None
        raise


def _take(asked: _Asked) -> IdempotentAnswer | None:
    """
    Hold the key until the transaction ends; return the answer that is kept for it.

    One statement asks for both. It does not wait: raises IdempotencyKeyInFlight.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [asked.lock, asked.actor_id, asked.key])
        taken, fingerprint, status, headers, body = cursor.fetchone()
    if not taken:
        raise _in_flight()
    if fingerprint is None:
        return None
    return IdempotentAnswer(
        fingerprint=fingerprint, status=status, headers=json.loads(headers), body=body
    )


def _in_flight() -> IdempotencyKeyInFlight:
    return IdempotencyKeyInFlight(
        "A request with this key is still being worked on. Try again in a moment.", field=HEADER
    )


def _replay(answer: IdempotentAnswer, asked: _Asked) -> HttpResponse:
    if answer.fingerprint != asked.fingerprint:
        raise IdempotencyKeyReused("This key was used for another request.", field=HEADER)
    response = HttpResponse(answer.body, status=answer.status, headers=answer.headers)
    response[REPLAYED] = "true"
    return response


def _keep(response: Response, asked: _Asked) -> None:
    headers = {name: value for name, value in response.items() if name != "Content-Type"}
    headers["Content-Type"] = response.content_type or "application/json"
    body = b"" if response.data is None else JSONRenderer().render(response.data)
    IdempotentAnswer.objects.create(
        actor_id=asked.actor_id,
        key=asked.key,
        fingerprint=asked.fingerprint,
        status=response.status_code,
        headers=headers,
        body=body.decode(),
    )
