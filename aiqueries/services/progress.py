"""How far a query has come, and word of it to the open pages."""

import json
from uuid import UUID

from django.db import connection

from aiqueries.models import Query

CHANNEL = "aiqueries"

# One statement, since it comes with every few words of an answer.
_GROW = """
WITH grown AS (
    UPDATE aiqueries_query SET answer = %s, position = position + 1
    WHERE query_id = %s AND turn = %s AND status = 'RUNNING' AND cancel_asked_at IS NULL
        AND texts_dropped_at IS NULL
    RETURNING query_id, position
)
SELECT pg_notify(
    %s, json_build_object('query', query_id, 'position', position)::text
) FROM grown
"""


def notify_change(query_id: UUID, position: int) -> None:
    """
    Tell the live streams of this query, at commit, that it is at this position now.

    It carries no word of the query: whoever hears it reads the row.
    """
    change = json.dumps({"query": str(query_id), "position": position})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, change])


def move(query: Query) -> None:
    """Count a change of the query, which is locked and about to be saved, and tell of it."""
    query.position += 1
    notify_change(query.pk, query.position)


def grow(query_id: UUID, turn: int, text: str) -> bool:
    """Keep the answer so far; False where this turn is over or nobody wants it any more."""
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [text, query_id, turn, CHANNEL])
        return bool(cursor.rowcount)
