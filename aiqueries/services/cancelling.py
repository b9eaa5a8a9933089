"""Cancel a query: its answer is not wanted any more."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aiqueries.exceptions import QueryEnded, QueryNotFound
from aiqueries.kinds import Status
from aiqueries.models import Query
from aiqueries.services.progress import move
from aiqueries.services.running.ends import end_cancelled


@transaction.atomic
def cancel_query(*, query_id: UUID, actor: User) -> Query:
    """
    End a query that waits, and have the worker of a running one close its call within a second.

    Again is no mistake. Raises QueryNotFound, also for somebody else's, and QueryEnded.
    """
    try:
        query = Query.objects.visible_to(actor).locked(query_id)
    except Query.DoesNotExist:
        raise QueryNotFound("There is no such query for you.") from None
    if query.status == Status.CANCELLED:
        return query
    if not query.is_open:
        raise QueryEnded("The query has ended already.")
    if query.cancel_asked_at is not None:
        return query
    query.cancel_asked_at, query.cancel_asked_by = timezone.now(), actor
    if query.status == Status.QUEUED:
        end_cancelled(query)
    else:
        move(query)
        query.save(update_fields=["cancel_asked_at", "cancel_asked_by", "position"])
    return query
