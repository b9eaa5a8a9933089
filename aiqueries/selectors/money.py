"""How budgets and prices stand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from aiqueries.kinds import Period, Scope
from aiqueries.models import Account, Budget, Price
from aiqueries.models.money import BudgetQuerySet, PriceQuerySet


@dataclass(frozen=True, kw_only=True)
class BudgetState:
    """
    Where one budget stands for a person, in US dollars, in the period that is under way.

    `reserved` is what calls under way may cost at the most, `left` what new ones may hold back.
    """

    budget_id: int
    scope: Scope
    whose: str
    period: Period
    starts_on: date
    amount: Decimal
    spent: Decimal
    reserved: Decimal
    left: Decimal
    resets_at: datetime
    warned: bool

    @property
    def per_cent(self) -> int:
        """How much is used, from 0 to 100; all of a budget of nothing."""
        used = self.spent + self.reserved
        return min(100, int(used * 100 / self.amount)) if self.amount else 100


def budget_state(user: User) -> list[BudgetState]:
    """The budgets that this person's queries count against: their own, their groups', all's."""
    now = timezone.now().astimezone(UTC)
    bearing = Budget.objects.bearing(user.pk).select_related("group", "person")
    budgets = sorted(bearing, key=_nearest_first)
    accounts = {one.budget_id: one for one in Account.objects.of(budgets, user.pk, at=now)}
    return [_state(budget, accounts.get(budget.pk), now) for budget in budgets]


def price_of(provider: str, model: str) -> Price | None:
    """What a model costs now; None where nobody has said, and then it is not asked."""
    return Price.objects.valid(provider, model, at=timezone.now())


def with_standing(budgets: BudgetQuerySet) -> BudgetQuerySet:
    """
    The same budgets with `spent_now` and `reserved_now` of the period under way.

    Where every person has an account of their own, they are those of whoever has used most.
    """
    now = timezone.now().astimezone(UTC)
    in_period = Q(pk__in=[])
    for period in Period:
        in_period |= Q(budget__period=period, starts_on=period.start_of(now.date()))
    current = Account.objects.filter(in_period, budget=OuterRef("pk"))
    fullest = current.order_by((F("spent") + F("reserved")).desc(), "pk")
    return budgets.annotate(
        spent_now=Coalesce(Subquery(fullest.values("spent")[:1]), Decimal(0)),
        reserved_now=Coalesce(Subquery(fullest.values("reserved")[:1]), Decimal(0)),
    )


def with_validity(prices: PriceQuerySet) -> PriceQuerySet:
    """The same prices, each with `is_to_come` and `is_superseded`; neither holds for who counts."""
    now = timezone.now()
    same = Price.objects.filter(provider=OuterRef("provider"), model=OuterRef("model"))
    newer = Q(valid_from__gt=OuterRef("valid_from")) | Q(
        valid_from=OuterRef("valid_from"), pk__gt=OuterRef("pk")
    )
    return prices.annotate(
        is_to_come=Q(valid_from__gt=now),
        is_superseded=Exists(same.filter(newer, valid_from__lte=now)),
    )


def _nearest_first(budget: Budget) -> tuple[int, str, int]:
    order = [Scope.PERSON, Scope.EACH_PERSON, Scope.GROUP, Scope.WHOLE]
    return order.index(Scope(budget.scope)), budget.period, budget.pk


def _state(budget: Budget, made: Account | None, now: datetime) -> BudgetState:
    account = made or Account(budget=budget, starts_on=budget.period_start(now))
    account.budget = budget
    return BudgetState(
        budget_id=budget.pk,
        scope=Scope(budget.scope),
        whose=_whose(budget),
        period=Period(budget.period),
        starts_on=account.starts_on,
        amount=budget.amount,
        spent=account.spent,
        reserved=account.reserved,
        left=max(budget.amount - account.used, Decimal(0)),
        resets_at=datetime.combine(account.resets_on, time(), UTC),
        warned=account.warned_at is not None,
    )


def _whose(budget: Budget) -> str:
    if budget.scope in (Scope.PERSON, Scope.EACH_PERSON):
        return "You"
    return f"The group “{budget.group}”" if budget.group else "The whole organisation"
