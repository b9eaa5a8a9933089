"""Which models can be asked, and what they cost."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import has_role
from aiqueries.exceptions import NotAnAsker
from aiqueries.rules import MAY_SEE_COSTS, may_ask
from aiqueries.selectors.preview import offers


class OfferSerializer(serializers.Serializer[Any]):
    """
    A model on offer; prices are US dollars for a million tokens, null where nobody has set one.

    What an `outside` provider gets leaves the house; `takes_secure` says whether it may get
    questions that are marked as secure.
    """

    model = serializers.CharField(source="name", help_text="As queries name it.")
    provider = serializers.CharField(source="route.provider")
    outside = serializers.BooleanField()
    takes_secure = serializers.BooleanField()
    free = serializers.BooleanField(source="is_free")
    input_per_million = serializers.DecimalField(
        source="input_price", max_digits=12, decimal_places=6, allow_null=True
    )
    output_per_million = serializers.DecimalField(
        source="output_price", max_digits=12, decimal_places=6, allow_null=True
    )


class OffersSerializer(serializers.Serializer[Any]):
    models = OfferSerializer(many=True)


class Offers(APIView):
    @extend_schema(operation_id="list_ai_models", responses=OffersSerializer)
    def get(self, request: Request) -> Response:
        """The models on offer, in the order in which they are asked. One without a price is not."""
        if not (may_ask(request.user) or has_role(request.user, *MAY_SEE_COSTS)):
            raise NotAnAsker("Only assessors, requesters and administrators can ask a model.")
        return Response(OffersSerializer({"models": offers()}).data)
