"""What became of what was held back: spent, or given back."""

from decimal import Decimal

from django.utils import timezone

from aiqueries.models import Account, Debit, Query
from aiqueries.services.budgets.booking import NOTHING, book


def settle(query: Query, *, cost: Decimal) -> None:
    """
    Have the query's last call cost this, in US dollars, and close its debit: nothing follows.

    It counts where it was held back, whatever became of periods, budgets and groups meanwhile. Only
    the first time counts. A query that was never sent has no debit, and needs none.
    """
    if not cost and Debit.objects.holding_nothing(query).update(settled_at=timezone.now()):
        return
    debit = Debit.objects.locked(query)
    if debit is None or debit.settled_at is not None:
        return
    _count(debit, cost)
    debit.settled_at = timezone.now()
    debit.save(update_fields=["reserved", "amount", "settled_at"])


def release(query: Query) -> None:
    """Give back what is held back for a call that nobody bills. Another call may follow."""
    count_lost(query, NOTHING)


def count_lost(query: Query, amount: Decimal) -> None:
    """
    Count this much, in US dollars, of a call without an answer; what else it held back is free.

    Another call may follow. Only what holds something back counts, so the second time is none.
    """
    debit = Debit.objects.locked(query)
    if debit is None or not debit.reserved:
        return
    _count(debit, amount)
    debit.save(update_fields=["reserved", "amount"])


def _count(debit: Debit, cost: Decimal) -> None:
    if cost or debit.reserved:
        book(Account.objects.locked(debit.accounts), reserved=-debit.reserved, spent=cost)
    debit.amount += cost
    debit.reserved = NOTHING
