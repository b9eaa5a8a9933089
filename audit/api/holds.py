"""Legal holds by API."""

from http import HTTPStatus
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from audit.api.views import MayReadTrail
from audit.models import Hold, Scope
from audit.services.holds import LONGEST_REASON, place_hold, release_hold


class HoldSerializer(serializers.ModelSerializer[Hold]):
    class Meta:
        model = Hold
        fields = (
            "id",
            "scope",
            "kind",
            "object_id",
            "reason",
            "placed_by",
            "placed_at",
            "released_at",
            "released_by",
            "release_reason",
        )
        read_only_fields = fields


class NewHoldSerializer(serializers.Serializer[Any]):
    """What to hold. EVERYTHING needs no more; a PERSON an object_id; an OBJECT kind and id."""

    scope = serializers.ChoiceField(Scope.choices)
    kind = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    object_id = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReleaseSerializer(serializers.Serializer[Any]):
    """Why it is released."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class Holds(ListAPIView[Hold]):
    """Legal holds, newest first. Administrators place one."""

    permission_classes = [IsAuthenticated, MayReadTrail]
    serializer_class = HoldSerializer
    queryset = Hold.objects.all()
    ordering = ("-placed_at", "-id")

    @extend_schema(operation_id="list_holds")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="place_hold",
        request=NewHoldSerializer,
        responses={HTTPStatus.CREATED: HoldSerializer},
    )
    def post(self, request: Request) -> Response:
        """Have everything, a person or a thing kept: neither erased nor archived."""
        wish = NewHoldSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        hold = place_hold(**wish.validated_data, actor=cast(User, request.user))
        hold.refresh_from_db()
        return Response(HoldSerializer(hold).data, status=HTTPStatus.CREATED)


class Release(APIView):
    """The end of a hold."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(operation_id="release_hold", request=ReleaseSerializer, responses=HoldSerializer)
    def post(self, request: Request, hold_id: int) -> Response:
        """Release a hold, and say why. Administrators only."""
        said = ReleaseSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        hold = release_hold(hold_id=hold_id, actor=cast(User, request.user), **said.validated_data)
        return Response(HoldSerializer(hold).data)
