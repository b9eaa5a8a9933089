"""What the reconciler did lately, and what waits for an administrator, as the pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.db.models.functions import Now

from approvals.models import Repair

SHOWN = 50
LATELY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RepairsOfKind:
    """How often something of one kind was repaired in the last 24 hours, and when last."""

    label: str
    count: int
    last_at: datetime


def repairs_made() -> list[RepairsOfKind]:
    """The repairs of the last 24 hours by kind, the most frequent first."""
    made = Repair.objects.filter(state=Repair.State.MADE, created_at__gt=Now() - LATELY)
    rows = made.values("kind").annotate(count=Count("pk"), last_at=Max("created_at"))
    return [
        RepairsOfKind(
            label=str(Repair.Kind(row["kind"]).label), count=row["count"], last_at=row["last_at"]
        )
        for row in rows.order_by("-count", "kind")
    ]


def parked_repairs() -> list[Repair]:
    """What waits for an administrator, newest first, each with what it is about."""
    parked = Repair.objects.parked().select_related("request__question", "question_import")
    # A file that is imported may have 20 MB.
    return list(parked.defer("question_import__data").order_by("-id")[:SHOWN])
