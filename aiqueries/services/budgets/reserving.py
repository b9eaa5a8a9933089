"""Hold back the most that a call may cost, in every budget that bears it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from aiqueries.exceptions import BudgetSpent, QueryEnded, TooDear
from aiqueries.models import Account, Budget, Debit, Query
from aiqueries.routes import Route
from aiqueries.services.budgets.accounts import lock_bearing
from aiqueries.services.budgets.booking import book
from aiqueries.services.budgets.prices import price_of
from aiqueries.services.budgets.sentences import no_room, too_dear
from core.errors import DomainError


def reserve(
    query: Query, provider: str, model: str, *, input_bytes: int, most_tokens: int
) -> Decimal:
    """
    Hold back the most that a call may cost, and return it, in US dollars.

    `input_bytes` are those of all that is sent, in UTF-8. What an earlier call of this query still
    holds back counts as spent: it was lost, and may have been billed. What costs nothing holds
    nothing back, however little is left. Raises UnknownPrice, TooDear, BudgetSpent, and QueryEnded
    once the query is settled.
    """
    now = timezone.now()
    price = price_of(provider, model, at=now)
    highest = price.highest_cost(input_bytes=input_bytes, most_tokens=most_tokens)
    debit = Debit.objects.locked(query) or Debit(query=query)
    if debit.settled_at is not None:
        raise QueryEnded("The query has ended already, and is paid for.")
    _ensure_worth(query.max_cost, highest, before=debit.amount + debit.reserved)
    held = _hold_back(debit, highest, query, now)
    debit.amount += debit.reserved
    debit.reserved, debit.accounts = highest, [account.pk for account in held]
    debit.save(force_insert=debit._state.adding)
    return highest


def affordable(
    owner: User | None,
    route: Route,
    *,
    input_bytes: int = 0,
    most_tokens: int = 0,
    max_cost: Decimal | None = None,
) -> DomainError | None:
    """
    Why a call by this route would certainly be refused, as far as an unlocked look can tell.

    What others hold back may yet be given back, so it is left out. None is no promise.
    """
    now = timezone.now()
    try:
        price = price_of(route.provider, route.model, at=now)
        lowest = price.highest_cost(input_bytes=input_bytes, most_tokens=most_tokens)
        _ensure_worth(max_cost, lowest, before=Decimal(0))
        if lowest:
            _ensure_left(owner, lowest, now)
    except DomainError as refusal:
        return refusal
    return None


def _ensure_worth(max_cost: Decimal | None, highest: Decimal, *, before: Decimal) -> None:
    """All calls of a query together may cost what whoever asks is ready to pay."""
    if max_cost is not None and before + highest > max_cost:
        raise TooDear(too_dear(before + highest, max_cost), field="max_cost")


def _hold_back(debit: Debit, highest: Decimal, query: Query, at: datetime) -> list[Account]:
    lost = debit.accounts if debit.reserved else []
    if not highest:
        book(Account.objects.locked(lost), reserved=-debit.reserved, spent=debit.reserved)
        return []
    bearing, losing = lock_bearing(query.owner_id, at=_utc(at), also=lost)
    _ensure_room(bearing, highest)
    book(losing, reserved=-debit.reserved, spent=debit.reserved)
    book(bearing, reserved=highest)
    return bearing


def _ensure_room(accounts: Sequence[Account], highest: Decimal) -> None:
    full = [one for one in accounts if one.used + highest > one.budget.amount]
    if full:
        raise _refusal(max(full, key=lambda account: account.resets_on), highest)


def _ensure_left(owner: User | None, lowest: Decimal, at: datetime) -> None:
    owner_id = owner.pk if owner else None
    budgets = list(Budget.objects.bearing(owner_id).select_related("group", "person"))
    made = {one.budget_id: one for one in Account.objects.of(budgets, owner_id, at=_utc(at))}
    full = []
    for budget in budgets:
        start = budget.period_start(_utc(at))
        account = made.get(budget.pk) or Account(budget=budget, starts_on=start)
        account.budget, account.reserved = budget, Decimal(0)
        full += [account] if account.spent + lowest > budget.amount else []
    if full:
        raise _refusal(max(full, key=lambda account: account.resets_on), lowest)


def _refusal(account: Account, highest: Decimal) -> BudgetSpent:
    return BudgetSpent(
        no_room(account, highest),
        budget_id=str(account.budget_id),
        resets_on=account.resets_on.isoformat(),
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
