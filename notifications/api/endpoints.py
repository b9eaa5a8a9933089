"""Endpoints by API: made, changed, tried, and what went to them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from core.errors import BadFilter, NotAllowed
from notifications.api.endpoint_shapes import (
    ME,
    ORGANISATION,
    ChangeSerializer,
    EndpointSerializer,
    MadeSerializer,
    MessageSerializer,
    NewEndpointSerializer,
    RecoveredSerializer,
    SecretSerializer,
    SinceSerializer,
)
from notifications.exceptions import EndpointNotFound
from notifications.models import Endpoint, Message
from notifications.selectors.endpoints import LOG_ORDER, log_of, seen_to_by
from notifications.services import endpoints


class Endpoints(ReadOnlyModelViewSet[Endpoint]):
    """The caller's own endpoints, newest first; for administrators the organisation's, too."""

    queryset = Endpoint.objects.none()
    serializer_class = EndpointSerializer
    ordering = ("-created_at", "-id")
    lookup_url_kwarg = "endpoint_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Endpoint]:
        if getattr(self, "swagger_fake_view", False):
            return Endpoint.objects.none()
        theirs = seen_to_by(_person(self.request))
        match self.request.query_params.get("of"):
            case None:
                return theirs
            case "me":
                return theirs.filter(owner_id=self.request.user.pk)
            case "organisation":
                return theirs.filter(owner=None)
        raise BadFilter("Say me or organisation.", field="of")

    def get_object(self) -> Endpoint:
        theirs = seen_to_by(_person(self.request))
        found = theirs.filter(pk=self.kwargs["endpoint_id"]).first()
        if found is None:
            raise EndpointNotFound("There is no such endpoint.")
        return found

    @extend_schema(parameters=[OpenApiParameter("of", enum=[ME, ORGANISATION])])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Whatever the caller may see to."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewEndpointSerializer, responses={201: MadeSerializer})
    def create(self, request: Request) -> Response:
        """Have messages sent to an address. The secret is shown this once."""
        asked = _read(NewEndpointSerializer, request)
        person, of_organisation = _person(request), asked["of"] == ORGANISATION
        if of_organisation and not has_role(person, ADMINISTRATORS):
            raise NotAllowed("Administrators alone see to the organisation's endpoints.")
        endpoint, secret = endpoints.create_endpoint(
            person=person,
            of_organisation=of_organisation,
            name=asked["name"],
            format=Endpoint.Format(asked["format"]),
            url=asked["url"],
            kinds=asked["kinds"],
        )
        endpoint.refresh_from_db()
        address = reverse("notification-endpoints-detail", [endpoint.pk], request=request)
        made = MadeSerializer(endpoint, context={"secret": secret})
        return Response(made.data, status=201, headers={"Location": address})

    @extend_schema(request=ChangeSerializer, responses=EndpointSerializer)
    def partial_update(self, request: Request, endpoint_id: UUID) -> Response:
        """Another name, address or choice of kinds."""
        asked, before = _read(ChangeSerializer, request), self.get_object()
        changed = endpoints.change_endpoint(
            endpoint_id=endpoint_id,
            person=_person(request),
            name=asked.get("name", before.name),
            url=asked.get("url", ""),
            kinds=asked.get("kinds", before.kinds),
        )
        return Response(EndpointSerializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, endpoint_id: UUID) -> Response:
        """Send nothing there any more, and forget what was sent."""
        endpoints.remove_endpoint(endpoint_id=endpoint_id, person=_person(request))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="on")
    def switch_on(self, request: Request, endpoint_id: UUID) -> Response:
        """Send there again; a second time changes nothing."""
        endpoints.switch_on(endpoint_id=endpoint_id, person=_person(request))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="off")
    def switch_off(self, request: Request, endpoint_id: UUID) -> Response:
        """Send nothing there until it is switched on; a second time changes nothing."""
        endpoints.switch_off(endpoint_id=endpoint_id, person=_person(request))
        return Response(status=204)

    @extend_schema(request=None, responses={201: SecretSerializer})
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, endpoint_id: UUID) -> Response:
        """A new secret, shown this once. The one before signs beside it for a day."""
        secret = endpoints.rotate_secret(endpoint_id=endpoint_id, person=_person(request))
        return Response({"secret": secret}, status=201)

    @extend_schema(request=None, responses={202: MessageSerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, endpoint_id: UUID) -> Response:
        """Have a test message sent; what came of it is in the log."""
        message = endpoints.send_test(endpoint_id=endpoint_id, person=_person(request))
        message.refresh_from_db()
        return Response(MessageSerializer(message).data, status=202)

    @extend_schema(request=SinceSerializer, responses={202: RecoveredSerializer})
    @action(detail=True, methods=["post"])
    def recover(self, request: Request, endpoint_id: UUID) -> Response:
        """Have sent again what was given up or missed since then, the oldest thousand."""
        asked = _read(SinceSerializer, request)
        count = endpoints.recover(
            endpoint_id=endpoint_id, since=asked["since"], person=_person(request)
        )
        return Response({"count": count}, status=202)

    @extend_schema(request=None, responses={202: None})
    @action(
        detail=True,
        methods=["post"],
        url_path="messages/<uuid:message_id>/resend",
        url_name="resend",
    )
    def resend(self, request: Request, endpoint_id: UUID, message_id: UUID) -> Response:
        """Send a message again now, under the same id."""
        endpoints.resend_message(
            endpoint_id=endpoint_id, message_id=message_id, person=_person(request)
        )
        return Response(status=202)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_messages_of_endpoint",
        parameters=[OpenApiParameter("status", enum=Message.Status.values)],
    )
)
class Messages(ListAPIView[Message]):
    """What was sent there or should have been, newest first, with every try."""

    serializer_class = MessageSerializer
    ordering = LOG_ORDER

    def get_queryset(self) -> QuerySet[Message]:
        if getattr(self, "swagger_fake_view", False):
            return Message.objects.none()
        found = seen_to_by(_person(self.request)).filter(pk=self.kwargs["endpoint_id"]).first()
        if found is None:
            raise EndpointNotFound("There is no such endpoint.")
        wanted = self.request.query_params.get("status", "")
        if wanted and wanted not in Message.Status.values:
            raise BadFilter(f"Say one of {', '.join(Message.Status.values)}.", field="status")
        log = log_of(found.pk)
        return log.filter(status=wanted) if wanted else log


def _person(request: Request) -> User:
    person: User = request.user  # type: ignore[assignment]
    return person


def _read(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = form(data=request.data)
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found
