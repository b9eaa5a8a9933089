"""End what no worker ends: out of time, or cancelled while its worker was gone."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from aiqueries.models import Query
from aiqueries.services.running.starting import ended_by_itself, lose
from core.database import is_unreachable

logger = logging.getLogger(__name__)

AT_ONCE = 1000
WORKERS_TURN = timedelta(seconds=5)  # for a worker that lives to end what was cancelled


def sweep() -> int:
    """
    End queries whose time is up, and those that were cancelled and have not ended; count them.

    Two at once divide them. A worker that still waits for such an answer finds its turn over. Each
    has a transaction of its own, as whoever locks budgets for two of them might wait in a circle.
    """
    overdue = Query.objects.open().filter(_overdue(timezone.now()))
    ids = overdue.order_by("expires_at", "pk").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_ended(query_id) for query_id in list(ids))


def _overdue(now: datetime) -> Q:
    return Q(expires_at__lte=now) | Q(cancel_asked_at__lte=now - WORKERS_TURN)


def _ended(query_id: UUID) -> bool:
    """Whether it was us who ended it. One that cannot be ended keeps no other."""
    try:
        return _end(query_id)
    except Exception as error:
        if is_unreachable(error):
            raise
        logger.exception("Could not end query %s", query_id)
        return False


@transaction.atomic
def _end(query_id: UUID) -> bool:
    free = Query.objects.open().select_for_update(of=("self",), no_key=True, skip_locked=True)
    query = free.filter(_overdue(timezone.now()), pk=query_id).first()
    return query is not None and ended_by_itself(query, lose(query))
