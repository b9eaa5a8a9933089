"""The API's own rooms: its index, its description, and the problems it can answer with."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from config.api.problems import status_of
from core.errors import DomainError

ENTRANCES = (
    "approval-request-list",
    "approval-task-list",
    "question-list",
    "ai-models-list",
    "ai-query-list",
    "execution-list",
    "audit-events-list",
    "notifications-list",
    "schema",
    "api-docs",
)
# What REST framework or the handlers in config.api.problems find, besides our DomainErrors.
FOUND_AT_THE_DOOR = {
    "validation_error": (400, "Inputs have the wrong shape; `errors` names each of them."),
    "not_authenticated": (401, "Sign in, or send a token."),
    "authentication_failed": (401, "Who you are could not be made out."),
    "invalid_token": (401, "The token is unknown, expired or revoked."),
    "method_not_allowed": (405, "This address does not know the method."),
    "not_acceptable": (406, "Answers are JSON."),
    "body_too_large": (413, "The request is too long."),
    "served_elsewhere": (421, "This address is served by the events process."),
    "too_many_streams": (503, "Too many streams are open. Try again in a moment."),
    "unsupported_media_type": (415, "Requests are JSON, and files multipart/form-data."),
    "internal_error": (500, "Something went wrong here. It was logged under the request id."),
}


class Index(APIView):
    """The way in: where each list is."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="index", responses=dict[str, str])
    def get(self, request: Request) -> Response:
        return Response(
            {
                name.removesuffix("-list").replace("-", "_"): reverse(name, request=request)
                for name in ENTRANCES
            }
        )


class ProblemKindSerializer(serializers.Serializer[Any]):
    """One kind of problem: its code, its HTTP status, and when it occurs."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    description = serializers.CharField()


class ProblemKind(APIView):
    """What a problem's `type` leads to."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="problem_kind", responses=ProblemKindSerializer)
    def get(self, request: Request, code: str) -> Response:
        known = _refusals(DomainError) | FOUND_AT_THE_DOOR
        if code not in known:
            raise Http404
        status, description = known[code]
        return Response({"code": code, "status": status, "description": description})


def _refusals(kind: type[DomainError]) -> dict[str, tuple[int, str]]:
    """Every refusal that an app has named, with the first sentence of its docstring."""
    found = {kind.code: (int(status_of(kind)), (kind.__doc__ or "").strip().split("\n\n")[0])}
    for part in kind.__subclasses__():
        for code, described in _refusals(part).items():
            found.setdefault(code, described)
    return found


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The schema as a page to try things on. Its program writes inline styles, so only here."""
