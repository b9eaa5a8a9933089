"""Who read what somebody else asked."""

from collections.abc import Iterable
from typing import Literal

from accounts.models import User
from aiqueries.events import QuerySeen
from aiqueries.models import Query
from core.looks import first_looks
from outbox.publishing import note


def note_reading(
    queries: Iterable[Query], *, by: User, through: Literal["page", "api", "admin"]
) -> None:
    """
    Write down that this person is shown these queries, before they are shown.

    Of those that other people asked: one's own, and the product's, are no news.
    """
    seen = [
        QuerySeen(
            query_id=str(query.pk),
            owner_id=str(query.owner_id),
            purpose=query.purpose,
            question_id=str(query.question_id or ""),
            customer_id=str(query.customer_id or ""),
            through=through,
        )
        for query in queries
        if query.owner_id not in (None, by.pk)
    ]
    with first_looks({(by.pk, each): each for each in seen}) as new:
        note(*new, actor=by.as_actor())
