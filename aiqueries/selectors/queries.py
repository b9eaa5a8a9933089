"""Queries, for who may see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, prefetch_related_objects

from accounts.models import User
from aiqueries.exceptions import QueryNotFound
from aiqueries.models import Attempt, Query
from aiqueries.models.queries import QueryQuerySet

NEWEST_FIRST = ("-created_at", "-query_id")


def query_for(user: User, query_id: UUID) -> Query:
    """
    The query, if it is theirs to see. Raises QueryNotFound.

    What is not there and what is somebody else's cost the same single statement.
    """
    visible = Query.objects.visible_to(user).select_related("template__prompt", "owner")
    query = visible.filter(pk=query_id).first()
    if query is None:
        raise QueryNotFound("There is no such query.")
    return query


def with_attempts(query: Query) -> Query:
    """The same query with every call that was made for it, in order."""
    prefetch_related_objects([query], Prefetch("attempts", Attempt.objects.order_by("number")))
    return query


def queries_for(
    user: User,
    *,
    of_all: bool = False,
    model: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    **columns: Any,
) -> QueryQuerySet:
    """
    Their own queries, or all that they may see, narrowed by columns of the table.

    `model` is the one that was asked for or that answered. From `since`, before `until`.
    """
    found = Query.objects.visible_to(user).filter(**columns).select_related("owner")
    if not of_all:
        found = found.filter(owner=user)
    if model:
        found = found.filter(Q(model=model) | Q(answered_by=model))
    if since:
        found = found.filter(created_at__gte=since)
    return found.filter(created_at__lt=until) if until else found
