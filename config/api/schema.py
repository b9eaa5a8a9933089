"""What the OpenAPI schema says about every operation, so that no view has to."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from config.api.problems import PROBLEM_JSON
from core import idempotency

IDEMPOTENCY_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description=(
        "Makes sending the same request again safe: it is done once, and answered alike for seven "
        "days."
    ),
)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the schema how API tokens are sent."""

    target_class = "accounts.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class FaultSerializer(serializers.Serializer[Any]):
    """One input at fault, and why."""

    field = serializers.CharField(help_text="The input at fault, such as `question.options[0]`.")
    code = serializers.CharField(help_text="For machines; never changes.")
    detail = serializers.CharField(help_text="A sentence for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal, as in RFC 9457. Some carry further members."""

    type = serializers.CharField(help_text="Where this kind of problem is described.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="For machines; never changes.")
    instance = serializers.CharField(help_text="The request id, as logs and support know it.")
    errors = FaultSerializer(many=True)  # type: ignore[assignment]


class ApiSchema(AutoSchema):
    """Adds the problem answers everywhere and Idempotency-Key where it is honoured."""

    def get_override_parameters(self) -> list[Any]:
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower())
        own = list(super().get_override_parameters())
        return [IDEMPOTENCY_KEY, *own] if getattr(handler, "idempotent", False) else own

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refused = OpenApiResponse(ProblemSerializer, description="Refused, and why.")
        body = self._get_response_for_code(refused, "4XX", [PROBLEM_JSON])  # type: ignore[no-untyped-call]
        return {**bodies, "4XX": body}
