"""What queries may cost: held back before a call, settled after it."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from aiqueries.models import Debit, Query


def reserve(
    query: Query, provider: str, model: str, *, input_bytes: int, most_tokens: int
) -> Decimal:
    """Hold back the most that a call may cost, and return it, in US dollars."""
    Debit.objects.get_or_create(query=query)
    return Decimal(0)


def cost_of(
    provider: str, model: str, *, input_tokens: int, output_tokens: int, at: datetime
) -> Decimal:
    """What a call that began then cost, in US dollars."""
    return Decimal(0)


def count_lost(query: Query, amount: Decimal) -> None:
    """Count this much, in US dollars, of a call without an answer. Another call may follow."""


def settle(query: Query, *, cost: Decimal) -> None:
    """Have the query's last call cost this, in US dollars, and close its debit."""
    Debit.objects.filter(query=query, settled_at=None).update(settled_at=timezone.now())
