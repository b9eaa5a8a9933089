"""What administrators say of budgets."""

from decimal import Decimal

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F

from accounts.models import User
from aiqueries.events import BudgetClosed, BudgetSet
from aiqueries.exceptions import BudgetNotFound, InvalidBudget
from aiqueries.kinds import Period, Scope
from aiqueries.models import Account, Budget
from aiqueries.services.budgets.booking import NEARLY
from outbox.publishing import publish

MOST = Decimal(1_000_000)  # US dollars in a period
CENT = Decimal("0.01")


@transaction.atomic
def set_budget(
    *,
    scope: str,
    period: str,
    amount: Decimal,
    actor: User,
    group: Group | None = None,
    person: User | None = None,
) -> Budget:
    """
    Have so much, in US dollars, be spent in every such period, and no more.

    There is one budget for the same people and period: it is changed, and limits again if it was
    closed. What is spent stays spent. Raises InvalidBudget.
    """
    check_budget(scope=scope, period=period, amount=amount, group=group, person=person)
    budget, _ = Budget.objects.update_or_create(
        scope=scope,
        period=period,
        group=group,
        person=person,
        defaults={"amount": amount, "is_active": True},
    )
    _tell_anew(budget)
    publish(_told(budget), actor=actor.as_actor())
    return budget


def check_budget(
    *, scope: str, period: str, amount: Decimal, group: Group | None, person: User | None
) -> None:
    """Refuse what is no budget. Raises InvalidBudget."""
    _ensure_whose(scope, group, person)
    if period not in Period.values:
        raise InvalidBudget("A budget is for a DAY or a MONTH.", field="period")
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise InvalidBudget(f"A budget has from 0 to {MOST:,} US dollars.", field="amount")
    if amount % CENT:
        raise InvalidBudget("A budget is in dollars and cents.", field="amount")


@transaction.atomic
def close_budget(*, budget_id: int, actor: User) -> Budget:
    """Have a budget limit nothing any more. Only the first time counts. Raises BudgetNotFound."""
    budget = Budget.objects.select_for_update(no_key=True).filter(pk=budget_id).first()
    if budget is None:
        raise BudgetNotFound(f"There is no budget {budget_id}.")
    if budget.is_active:
        budget.is_active = False
        budget.save(update_fields=["is_active", "updated_at"])
        publish(BudgetClosed(budget_id=budget.pk), actor=actor.as_actor())
    return budget


def _ensure_whose(scope: str, group: Group | None, person: User | None) -> None:
    if scope not in Scope.values:
        raise InvalidBudget(f"A budget is for one of {', '.join(Scope.values)}.", field="scope")
    if (group is not None) != (scope == Scope.GROUP):
        raise InvalidBudget("A group's budget names the group, no other does.", field="group")
    if (person is not None) != (scope == Scope.PERSON):
        raise InvalidBudget("A person's budget names the person, no other does.", field="person")


def _tell_anew(budget: Budget) -> None:
    """Whoever was told of a lower amount is told again when this one runs low, or out."""
    accounts = Account.objects.filter(budget=budget).alias(now_used=F("spent") + F("reserved"))
    accounts.filter(now_used__lt=budget.amount * NEARLY / 100).update(warned_at=None)
    accounts.filter(now_used__lt=budget.amount).update(exhausted_at=None)


def _told(budget: Budget) -> BudgetSet:
    return BudgetSet(
        budget_id=budget.pk,
        scope=budget.scope,
        whose_id=str(budget.person_id or budget.group_id or ""),
        period=budget.period,
        amount=str(budget.amount),
    )
