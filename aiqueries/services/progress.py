"""Word to the open pages that a query has changed."""

import json
from uuid import UUID

from django.db import connection

CHANNEL = "aiqueries"


def notify_change(query_id: UUID, position: int) -> None:
    """
    Tell the live streams of this query, at commit, that it is at this position now.

    It carries no word of the query: whoever hears it reads the row.
    """
    change = json.dumps({"query": str(query_id), "position": position})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, change])
