"""How every API answer looks when something goes wrong: problem details, RFC 9457."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from core.correlation import correlation_id
from core.errors import (
    Conflict,
    DomainError,
    Malformed,
    NotAllowed,
    NotFound,
    PreconditionFailed,
)

PROBLEM_JSON = "application/problem+json"
API = "/api/"
# A request whose shape is wrong gets 400. One that was understood and breaks a rule gets 422,
# unless a more telling number is listed here.
STATUSES: dict[type[DomainError], HTTPStatus] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    DomainError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
# REST framework's own codes, in the words of ours.
CODES = {"parse_error": "malformed", "permission_denied": "not_allowed", "invalid": "invalid"}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The problem that tells the caller of this exception; None for an unexpected one."""
    if isinstance(exc, DomainError):
        return _answer(refusal(exc))
    if isinstance(exc, Http404):
        exc = exceptions.NotFound("There is nothing at this address, or nothing for you.")
    answer = default_handler(exc, context)
    if answer is None:
        return None
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, APIException):
        return answer
    problem = _answer(_understood(exc, answer.status_code))
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in answer:
            problem[name] = answer[name]
    return problem


def told(exc: Exception) -> tuple[int, Mapping[str, str], bytes]:
    """The status, headers and body that tell of a refusal, for doors that Django does not serve."""
    answer = exception_handler(exc, {})
    if answer is None:
        raise exc
    headers = {**answer.headers, "Content-Type": PROBLEM_JSON}
    return answer.status_code, headers, JSONRenderer().render(answer.data)


def problem(
    status: HTTPStatus | int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    members: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The members of one problem. `errors` lists the inputs at fault, if any are."""
    return {
        **(members or {}),
        "type": f"/api/v1/problems/{code}/",
        "title": code.replace("_", " ").capitalize(),
        "status": int(status),
        "detail": detail,
        "code": code,
        "instance": correlation_id(),
        "errors": errors or [],
    }


def status_of(kind: type[DomainError]) -> HTTPStatus:
    """The HTTP status of a kind of refusal, that of its nearest base in STATUSES."""
    return next(STATUSES[base] for base in kind.__mro__ if base in STATUSES)


def refusal(exc: DomainError) -> dict[str, Any]:
    """A refusal of our own, naming the field at fault."""
    detail = str(exc)
    fault = {"field": exc.field or "", "code": exc.code, "detail": detail}
    errors = [fault] if exc.field else []
    return problem(status_of(type(exc)), exc.code, detail, errors=errors, members=exc.members)


def _understood(exc: APIException, status: int) -> dict[str, Any]:
    """A refusal of REST framework's, in the form of ours."""
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_faults("", exc.detail))
        first = errors[0]["detail"] if errors else "The request is not valid."
        return problem(status, "validation_error", first, errors=errors)
    code = str(exc.get_codes())
    return problem(status, CODES.get(code, code), str(exc.detail))


def _faults(place: str, detail: Any) -> Iterator[dict[str, str]]:
    """Each message of a validation error with the place of its input, as `options[0].text`."""
    if isinstance(detail, dict):
        for name, part in detail.items():
            yield from _faults(_within(place, name), part)
    elif isinstance(detail, list):
        for index, part in enumerate(detail):
            yield from _faults(place if isinstance(part, str) else f"{place}[{index}]", part)
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield {"field": place, "code": code, "detail": str(detail)}


def _within(place: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{place}[{name}]"
    return ".".join(filter(None, [place, "" if name == "non_field_errors" else name]))


def _answer(members: dict[str, Any]) -> Response:
    return Response(members, status=members["status"], content_type=PROBLEM_JSON)


def _plain(members: dict[str, Any]) -> HttpResponse:
    return JsonResponse(members, status=members["status"], content_type=PROBLEM_JSON)


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that is no address."""
    hint = "" if request.path.endswith("/") else " Addresses of the API end in a slash."
    return _plain(problem(404, "not_found", f"There is nothing at this address.{hint}"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be understood; under /api/ as a problem, elsewhere as a page."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _plain(problem(413, "body_too_large", "The request is too long."))
    if isinstance(exception, BadRequest):
        return _plain(problem(400, "malformed", str(exception), errors=list(_with_nul(request))))
    return _plain(problem(400, "malformed", "The request cannot be understood."))


def _with_nul(request: HttpRequest) -> Iterator[dict[str, str]]:
    """The parameters that config.web.middleware would not let through."""
    for name, values in request.GET.lists():
        if any("\0" in value for value in values):
            detail = "This holds a NUL character."
            yield {"field": name, "code": "contains_nul", "detail": detail}


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere; under /api/ as a problem, elsewhere as a page."""
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    return unknown(request)


def server_error(request: HttpRequest) -> HttpResponse | HttpResponseServerError:
    """What went wrong stays in the log, under the request id that the answer names."""
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return _plain(problem(500, "internal_error", "Something went wrong here. It was logged."))
