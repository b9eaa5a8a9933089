"""Doors for those who ask models."""

from datetime import datetime
from math import ceil
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from aiqueries import services
from aiqueries.api import examples
from aiqueries.api.inputs import (
    ALL,
    QueryFilterSerializer,
    QueryInputSerializer,
    naming_context,
)
from aiqueries.api.outputs import AcceptedSerializer, QuerySerializer, QuerySummarySerializer
from aiqueries.api.streams import (
    EVENT_STREAM,
    LAST_EVENT_ID,
    STREAMS,
    EventStreamRenderer,
    lead_to_stream,
    stream_address,
)
from aiqueries.models import Query
from aiqueries.models.queries import QueryQuerySet
from aiqueries.selectors.queries import NEWEST_FIRST, queries_for, query_for, with_attempts
from core.idempotency import idempotent
from core.inputs import filters, understood
from core.preconditions import entity_tag, is_known, require_match, tagged

ASK_AGAIN = 1  # seconds
LONGEST_PAUSE = 60  # seconds


class Queries(GenericViewSet[Query]):
    """Queries to models: asked now, answered later."""

    queryset = Query.objects.none()
    serializer_class = QuerySummarySerializer
    lookup_url_kwarg = "query_id"
    lookup_value_converter = "uuid"
    ordering = NEWEST_FIRST

    def get_queryset(self) -> QueryQuerySet:
        wanted = filters(QueryFilterSerializer, self.request.query_params)
        return queries_for(_caller(self.request), of_all=wanted.pop("of") == ALL, **wanted)

    @extend_schema(parameters=[QueryFilterSerializer])
    def list(self, request: Request) -> Response:
        """Your queries, the newest first. With `of=all` administrators see everybody's."""
        page = self.paginate_queryset(self.get_queryset()) or []
        services.note_reading(page, by=_caller(request), through="api")
        return self.get_paginated_response(QuerySummarySerializer(page, many=True).data)

    @extend_schema(
        request=QueryInputSerializer,
        responses={202: AcceptedSerializer},
        examples=[examples.ASK, examples.ASK_ABOUT_A_CUSTOMER],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """
        Ask a model. The answer comes later: look at `poll`, or listen at `events`.

        For people and programs with a role here. What cannot be paid is refused at once.
        """
        sent = understood(QueryInputSerializer, request.data)
        with naming_context():
            query = services.ask_query(
                prompt=sent["prompt"],
                model=sent.get("model", ""),
                max_cost=sent.get("max_cost"),
                actor=_caller(request),
                **sent.get("context", {}),
            )
        address = reverse("ai-query-detail", [query.pk], request=request)
        accepted = AcceptedSerializer(
            {
                "id": query.pk,
                "status": query.status,
                "correlation_id": query.correlation_id,
                "poll": address,
                "events": stream_address(request, query.pk),
                "cancel": address,
            }
        )
        headers = {"Location": address, "Retry-After": str(ASK_AGAIN)}
        return Response(accepted.data, status=202, headers=headers)

    @extend_schema(responses=QuerySerializer)
    def retrieve(self, request: Request, query_id: UUID) -> Response:
        """A query as it stands now, for who asked it and for administrators."""
        query = query_for(_caller(request), query_id)
        tag = _tag(query)
        answer = None if is_known(request, tag) else _shown(request, query)
        return _paced(tagged(request, Response(answer), tag), query)

    @extend_schema(
        request=None,
        responses={200: QuerySerializer, 202: QuerySerializer},
        parameters=[examples.IF_MATCH],
    )
    def destroy(self, request: Request, query_id: UUID) -> Response:
        """
        Cancel a query: 200 once it is, 202 while its worker is being told.

        A second time changes nothing. 409 `query_ended` for what ended in another way.
        """
        query_for(_caller(request), query_id)
        with transaction.atomic():
            if "If-Match" in request.headers:
                require_match(request, _tag(Query.objects.locked(query_id)))
            services.cancel_query(query_id=query_id, actor=_caller(request))
        query = query_for(_caller(request), query_id)
        answer = Response(_shown(request, query), status=202 if query.is_open else 200)
        answer["ETag"] = _tag(query)
        return _paced(answer, query)

    @extend_schema(
        responses={
            (200, EVENT_STREAM): OpenApiResponse(OpenApiTypes.STR, description=STREAMS),
            204: OpenApiResponse(description="There will be nothing more."),
            307: OpenApiResponse(description="The stream has an origin of its own here."),
        },
        parameters=[LAST_EVENT_ID],
    )
    @action(detail=True, renderer_classes=[JSONRenderer, EventStreamRenderer])
    def events(self, request: Request, query_id: UUID) -> Response:
        """
        What becomes of a query, as server-sent events, until it has ended.

        `text` has `{text, restart}`: more of the answer or, where `restart` is true, all there is
        of it. `status` has `status`, `final` and what else changed. Resume with Last-Event-ID;
        204 says that there will be nothing more.
        """
        query_for(_caller(request), query_id)
        return lead_to_stream(request, query_id)


def _caller(request: Request) -> User:
    return cast(User, request.user)


def _shown(request: Request, query: Query) -> dict[str, Any]:
    services.note_reading([query], by=_caller(request), through="api")
    reader = {"reader": _caller(request)}
    return dict(QuerySerializer(with_attempts(query), context=reader).data)


def _tag(query: Query) -> str:
    return entity_tag(
        *(query.pk, query.status, query.position, query.turn),
        *(query.cancel_asked_at, query.texts_dropped_at),
    )


def _paced(response: Response, query: Query) -> Response:
    """Says when it is worth asking again, while an answer is still to come."""
    if query.is_open:
        response["Retry-After"] = str(_pause(query.retry_at))
    return response


def _pause(retry_at: datetime | None) -> int:
    """Seconds until something can have changed."""
    if retry_at is None:
        return ASK_AGAIN
    wait = ceil((retry_at - timezone.now()).total_seconds())
    return min(max(wait, ASK_AGAIN), LONGEST_PAUSE)
