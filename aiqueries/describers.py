"""What ids of queries stand for."""

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from accounts.things import Thing, describes, uuids
from aiqueries.models import Query


@describes("query")
def queries(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """One's own by how they begin; for administrators others' by whose they are, and no word."""
    found = Query.objects.visible_to(user).filter(pk__in=uuids(ids)).select_related("owner")
    rows = found.only("prompt", "owner__name", "owner__email")
    return {
        str(one.pk): Thing(title=_title_for(user, one), url=reverse("ai-query", args=[one.pk]))
        for one in rows
    }


def _title_for(user: User, query: Query) -> str:
    if query.owner_id == user.pk:
        return query.title or "Your AI query"
    return f"AI query of {query.owner}" if query.owner_id else "AI query of the product itself"
