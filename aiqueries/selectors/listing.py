"""Lists of queries."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from aiqueries.kinds import OPEN
from aiqueries.models import Query
from aiqueries.selectors.subjects import CUSTOMER, QUESTION

ORDER = ("-created_at", "-query_id")
EVERYBODY = "all"
NOTHING = "nothing"
_ABOUT: dict[str, dict[str, Any]] = {
    CUSTOMER: {"customer_id__isnull": False},
    QUESTION: {"question_id__isnull": False},
    NOTHING: {"customer_id": None, "question_id": None},
}


def listed(user: User, *, status: str = "", about: str = "", whose: str = "") -> QuerySet[Query]:
    """
    This person's queries, or everybody's for an administrator who wants `whose` "all".

    `status` is one of kinds.Status or OPEN, `about` one of customer, question and nothing.
    """
    found = Query.objects.visible_to(user).select_related("owner").defer("answer")
    if whose != EVERYBODY:
        found = found.filter(owner=user)
    if status:
        found = found.filter(status__in=[*OPEN] if status == "OPEN" else [status])
    return found.filter(**_ABOUT.get(about, {}))


def changed_since(user: User, seen: dict[UUID, int]) -> list[Query]:
    """Of these queries, each with the position somebody has seen, those that moved on."""
    rows: Iterable[Query] = (
        Query.objects.visible_to(user).filter(pk__in=seen).select_related("owner").defer("answer")
    )
    return [query for query in rows if query.position != seen[query.pk]]
