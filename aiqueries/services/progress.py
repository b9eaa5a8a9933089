"""How far a query has come, and word of it to the open pages."""

import json
from uuid import UUID

from django.db import connection

from aiqueries.models import Query
from core.notices import notify_after_commit

CHANNEL = "aiqueries"

_GROW = """
UPDATE aiqueries_query SET answer = %s, position = position + 1
WHERE query_id = %s AND turn = %s AND status = 'RUNNING' AND cancel_asked_at IS NULL
    AND texts_dropped_at IS NULL
RETURNING position
"""


def notify_change(query_id: UUID, position: int) -> None:
    """
    Tell the live streams of this query, once it is committed, that it is at this position now.

    It carries no word of the query: whoever hears it reads the row.
    """
    change = json.dumps({"query": str(query_id), "position": position})
    notify_after_commit(CHANNEL, change)


def move(query: Query) -> None:
    """Count a change of the query, which is locked and about to be saved, and tell of it."""
    query.position += 1
    notify_change(query.pk, query.position)


def grow(query_id: UUID, turn: int, text: str) -> bool:
    """Keep the answer so far; False where this turn is over or nobody wants it any more."""
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [text, query_id, turn])
        grown = cursor.fetchone()
    if grown:
        notify_change(query_id, *grown)
    return grown is not None
