"""Write into accounts that are locked, and tell once when one runs low or out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.selectors import administrator_ids
from aiqueries.events import BudgetNearlySpent, BudgetUsedUp
from aiqueries.models import Account
from core.actor import SYSTEM
from outbox.publishing import publish_all

NEARLY = 80  # per cent
NOTHING = Decimal(0)


def book(
    accounts: Sequence[Account], *, reserved: Decimal = NOTHING, spent: Decimal = NOTHING
) -> None:
    """Add these, in US dollars, to every one of the accounts, which the caller has locked."""
    if not accounts or not (reserved or spent):
        return
    Account.objects.filter(pk__in=[account.pk for account in accounts]).update(
        reserved=F("reserved") + reserved, spent=F("spent") + spent
    )
    for account in accounts:
        account.reserved += reserved
        account.spent += spent
    _warn(accounts)


def _warn(accounts: Sequence[Account]) -> None:
    """Say that little is left, and that nothing is: each once an account."""
    low = [one for one in accounts if one.warned_at is None and _per_cent(one) >= NEARLY]
    out = [one for one in accounts if one.exhausted_at is None and _per_cent(one) >= 100]
    now = timezone.now()
    for account in low:
        account.warned_at = now
    for account in out:
        account.exhausted_at = now
    if low:
        Account.objects.bulk_update(low, ["warned_at", "exhausted_at"])
    if out:
        Account.objects.bulk_update(out, ["exhausted_at"])
    # Whoever hears at once that nothing is left need not hear that little is.
    nearly = [one for one in low if one not in out]
    if not (nearly or out):
        return
    administrators = administrator_ids()
    news = [BudgetNearlySpent(**_about(one, administrators)) for one in nearly]
    used_up = [BudgetUsedUp(**_about(one, administrators)) for one in out]
    publish_all([*news, *used_up], actor=SYSTEM)


def _per_cent(account: Account) -> int:
    """How much of the budget is used; nothing of one that is empty from the start."""
    amount = account.budget.amount
    return int(account.used * 100 / amount) if amount else 0


def _about(account: Account, administrators: Sequence[str]) -> dict[str, Any]:
    budget = account.budget
    holder_id = account.holder_id or budget.person_id
    holder = [str(holder_id)] if holder_id else []
    return {
        "recipient_ids": list(dict.fromkeys([*holder, *administrators])),
        "budget_id": budget.pk,
        "scope": budget.scope,
        "whose_id": str(account.holder_id or budget.person_id or budget.group_id or ""),
        "period": budget.period,
        "starts_on": account.starts_on.isoformat(),
        "amount": str(budget.amount),
        "spent": str(account.used),
        "per_cent": _per_cent(account),
    }
