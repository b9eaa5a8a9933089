from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from accounts.things import may_see
from audit import selectors
from audit.api.asking import CURSOR, FILTERS, LIMIT, asked_by, moment_in, neighbour_urls
from audit.api.serializers import (
    EntryPageSerializer,
    EntrySerializer,
    FullEntrySerializer,
    HappeningPageSerializer,
    HappeningSerializer,
    StateSerializer,
)
from audit.models import Entry
from audit.reading import histories
from audit.search.facets import facets
from audit.search.pages import ResultPage, page_of
from core.errors import NotFound
from core.pagination import limit_from


class MayReadTrail(BasePermission):
    message = "Only auditors and administrators may read the audit trail."

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, AUDITORS, ADMINISTRATORS)


class NoSuchEvent(NotFound):
    """No entry of the trail is of this event."""

    code = "event_not_found"


class NoSuchThing(NotFound):
    """There is no such thing, or it is not for this person to see."""

    code = "thing_not_found"


class SearchesEvents(APIView):
    """GET of the trail; POST, where there is one, is another's."""

    permission_classes: Any = [IsAuthenticated, MayReadTrail]

    @extend_schema(
        operation_id="list_audit_events",
        parameters=[*FILTERS, CURSOR, LIMIT],
        responses=EntryPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """
        The audit trail, newest first, narrowed by any of the filters together.

        The first page tells how many entries fit in `count`, or that there are more than that
        where `count_is_exact` is false. A page that is not full and has a `next` ends where
        patience ended: at the entry `looked_back_to`.
        """
        page = page_of(
            asked_by(request),
            cursor=request.query_params.get("cursor", ""),
            limit=limit_from(request.query_params.get("limit")),
        )
        return Response(
            {
                **_listed(request, page, EntrySerializer),
                "count": page.total,
                "count_is_exact": page.is_total,
                "looked_back_to": page.looked_back_to or None,
            }
        )


class Facets(APIView):
    """By what a search can be narrowed."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(operation_id="list_audit_facets", parameters=FILTERS, responses=dict[str, Any])
    def get(self, request: Request) -> Response:
        """
        The most frequent values of each filter among the newest entries that fit.

        `counted` says among how many: 1,000 at the most.
        """
        gathered = page_of(asked_by(request), limit=1).gathered or []
        found = {
            name: [{"value": each.value, "label": each.label, "count": each.count} for each in kept]
            for name, kept in facets(gathered).items()
        }
        return Response({"counted": len(gathered), "facets": found})


class Event(APIView):
    """One entry in full."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(operation_id="read_audit_event", responses=FullEntrySerializer)
    def get(self, request: Request, event_id: UUID) -> Response:
        """
        The entry of an event with its full data set, `record`: the hashed text, opened.

        What is left `{"sealed": name}` in it was erased with the key of that name.
        """
        found = Entry.objects.named().filter(event_id=event_id).first()
        if found is None:
            raise NoSuchEvent("There is no event with this id in the trail.")
        record = selectors.record_of(found.sequence)
        return Response({**EntrySerializer(found).data, "record": record})


class History(APIView):
    """What happened to one thing."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="list_thing_history",
        parameters=[CURSOR, LIMIT],
        responses=HappeningPageSerializer,
    )
    def get(self, request: Request, kind: str, thing: str) -> Response:
        """
        The history of a thing, newest first, for whoever may see it.

        Auditors and administrators get whole entries; others what happened, when, and by whom.
        """
        is_auditor = has_role(request.user, AUDITORS, ADMINISTRATORS)
        if not is_auditor and not may_see(_person(request), kind, thing):
            raise NoSuchThing("There is nothing of that kind, or it is not yours to see.")
        page = histories.history(
            kind,
            thing,
            cursor=request.query_params.get("cursor", ""),
            limit=limit_from(request.query_params.get("limit")),
            is_overseen=is_auditor,
        )
        shape = EntrySerializer if is_auditor else HappeningSerializer
        return Response(_listed(request, page, shape))


class State(APIView):
    """What a thing was like."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(
        operation_id="read_thing_state",
        parameters=[
            OpenApiParameter("at", required=True, description="A moment, as RFC 3339 writes it.")
        ],
        responses=StateSerializer,
    )
    def get(self, request: Request, kind: str, thing: str) -> Response:
        """A thing as it was at a moment, put together from the trail, and who had seen it."""
        state = histories.state_at(kind, thing, moment_in(request, "at"))
        return Response(StateSerializer(state).data)


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Only people come this far.")
    return request.user


def _listed(request: Request, page: ResultPage, shape: Any) -> dict[str, Any]:
    return {"results": shape(page.items, many=True).data, **neighbour_urls(request, page)}
