"""How queries are getting on, as open pages are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiqueries.kinds import OPEN
from aiqueries.models import Query

_COLUMNS = (
    *("pk", "position", "status", "answer", "retry_at", "cancel_asked_at", "is_complete"),
    *("provider", "answered_by", "cost", "error_code", "error"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """A query at one position: the answer so far, and what a page shows beside it."""

    position: int
    text: str
    is_final: bool
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, query: Query) -> "Progress":
        is_final = query.status not in OPEN
        facts = {
            "status": query.status,
            "final": is_final,
            "retry_at": query.retry_at and query.retry_at.isoformat(),
            "cancel_asked": query.cancel_asked_at is not None,
            "provider": query.provider,
            "answered_by": query.answered_by,
            "is_complete": query.is_complete if query.status == "SUCCEEDED" else None,
            "cost": None if query.cost is None else f"{query.cost:.8f}",
            "error": {"code": query.error_code, "detail": query.error}
            if query.error_code
            else None,
        }
        return cls(query.position, query.answer, is_final, facts)


def progress_of(query_ids: Iterable[str]) -> dict[str, Progress]:
    """For each query, where it is now; one statement for all."""
    rows = Query.objects.filter(pk__in=list(query_ids)).only(*_COLUMNS)
    return {str(query.pk): Progress.of(query) for query in rows}
