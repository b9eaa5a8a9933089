"""The accounts that bear a person's spending: found, made where missing, locked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from aiqueries.models import Account, Budget

# The shared lock keeps the budgets from being deleted meanwhile. Everybody inserts in this order.
_OPEN = """
INSERT INTO aiqueries_account (budget_id, holder_id, starts_on)
SELECT budget.id, wanted.holder, wanted.starts_on
FROM unnest(%s::bigint[], %s::uuid[], %s::date[]) AS wanted (id, holder, starts_on)
JOIN aiqueries_budget AS budget USING (id)
ORDER BY budget.id
FOR KEY SHARE OF budget
ON CONFLICT DO NOTHING
"""


def lock_bearing(
    owner_id: UUID | None, *, at: datetime, also: Iterable[int] = ()
) -> tuple[list[Account], list[Account]]:
    """
    The accounts that bear what this person spends then, and those with the ids of `also`.

    All are locked, in the order of their ids. Where a period has just begun they are made before
    anything is locked: who waits for another's new account must not hold what that one needs.
    """
    bearing = set(_bearing_ids(owner_id, at))
    others = set(also)
    accounts = Account.objects.locked(bearing | others)
    return (
        [account for account in accounts if account.pk in bearing],
        [account for account in accounts if account.pk in others],
    )


def _bearing_ids(owner_id: UUID | None, at: datetime) -> list[int]:
    budgets = list(Budget.objects.bearing(owner_id).order_by("pk"))
    if not budgets:
        return []
    accounts = Account.objects.of(budgets, owner_id, at=at)
    ids = list(accounts.values_list("pk", flat=True))
    if len(ids) == len(budgets):
        return ids
    _open(budgets, owner_id, at)
    return list(accounts.all().values_list("pk", flat=True))


def _open(budgets: Sequence[Budget], owner_id: UUID | None, at: datetime) -> None:
    ids = [budget.pk for budget in budgets]
    holders = [holder and str(holder) for holder in (b.holder_for(owner_id) for b in budgets)]
    starts = [budget.period_start(at) for budget in budgets]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [ids, holders, starts])
