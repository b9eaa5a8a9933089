"""Where queries stand, as those who work on them need to know."""

from collections.abc import Collection
from uuid import UUID

from aiqueries.kinds import Outcome, Status
from aiqueries.models import Query
from aiqueries.planning import Call
from aiqueries.routes import Route


def calls_of(query: Query) -> list[Call]:
    """The calls that were made for a query and have ended, the oldest first."""
    if query.turn == 0:
        return []
    ended = query.attempts.exclude(outcome=Outcome.RUNNING).order_by("number")
    return [
        Call(
            route=Route(attempt.provider, attempt.model),
            outcome=attempt.outcome,
            trouble=attempt.trouble,
            says=attempt.says,
            ended_at=attempt.ended_at or attempt.began_at,
            pause_until=attempt.pause_until,
        )
        for attempt in ended
    ]


def unwanted(turns: Collection[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Those of the (query id, turn) that are over, or that somebody wants cancelled."""
    rows = Query.objects.filter(pk__in=[query_id for query_id, _ in turns]).values_list(
        "pk", "turn", "status", "cancel_asked_at"
    )
    current = {
        (query_id, turn)
        for query_id, turn, status, asked_at in rows
        if status == Status.RUNNING and asked_at is None
    }
    known = {query_id for query_id, *_ in rows}
    return {pair for pair in turns if pair[0] in known and pair not in current}
