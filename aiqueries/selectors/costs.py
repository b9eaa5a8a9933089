"""What queries cost the organisation, and why some had no answer: for who looks after both."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from aiqueries.kinds import Outcome, Scope, Status, Trouble
from aiqueries.models import Account, Attempt, Budget, Query
from aiqueries.models.queries import OPEN_ONES

MOST_PEOPLE = 5  # of a budget that each person has


@dataclass(frozen=True, kw_only=True)
class ByModel:
    """The calls of one model. `failed` ended without an answer."""

    provider: str
    model: str
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost: Decimal


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Calls that went wrong in the same way."""

    label: str
    count: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ended:
    """Queries that ended without an answer, by code."""

    code: str
    example: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Spending:
    """Where an account of a budget stands in the period under way."""

    whose: str
    period: str
    amount: Decimal
    spent: Decimal
    reserved: Decimal
    left: Decimal
    resets_at: datetime

    @property
    def per_cent(self) -> int:
        used = self.spent + self.reserved
        return min(100, int(used * 100 / self.amount)) if self.amount else 100


def calls_by_model(days: int) -> list[ByModel]:
    """The dearest first."""
    rows = (
        _calls(days)
        .values("provider", "model")
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=Q(outcome__in=[Outcome.FAILED, Outcome.LOST])),
            sum_input=Sum("input_tokens", default=0),
            sum_output=Sum("output_tokens", default=0),
            sum_cost=Sum("cost", default=Decimal(0)),
        )
        .order_by("-sum_cost", "-calls", "provider", "model")
    )
    return [
        ByModel(
            provider=row["provider"],
            model=row["model"],
            calls=row["calls"],
            failed=row["failed"],
            input_tokens=row["sum_input"],
            output_tokens=row["sum_output"],
            cost=row["sum_cost"],
        )
        for row in rows
    ]


def troubles(days: int) -> list[Failures]:
    """What went wrong with calls, by class, the most frequent first."""
    rows = (
        _calls(days)
        .filter(outcome__in=[Outcome.FAILED, Outcome.LOST])
        .values("outcome", "trouble")
        .annotate(count=Count("pk"), last_at=Max("began_at"))
        .order_by("-count", "trouble")
    )
    return [
        Failures(
            label=_label(row["outcome"], row["trouble"]), count=row["count"], last_at=row["last_at"]
        )
        for row in rows
    ]


def ends_without_answer(days: int) -> list[Ended]:
    """Why queries ended without an answer, the most frequent first."""
    rows = (
        Query.objects.filter(
            created_at__gte=_since(days), status__in=[Status.FAILED, Status.EXPIRED]
        )
        .values("error_code")
        .annotate(count=Count("pk"), example=Max("error"))
        .order_by("-count", "error_code")
    )
    return [
        Ended(code=row["error_code"], example=row["example"], count=row["count"]) for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Now:
    """How queries stand: those that are open, and what became of today's (UTC) until now."""

    waiting: int
    running: int
    answered: int
    failed: int


def now() -> Now:
    """One count over two narrow indexes."""
    today = Q(created_at__gte=_since(1))
    counted = Query.objects.filter(OPEN_ONES | today).aggregate(
        waiting=Count("pk", filter=Q(status=Status.QUEUED)),
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        answered=Count("pk", filter=today & Q(status=Status.SUCCEEDED)),
        failed=Count("pk", filter=today & Q(status__in=[Status.FAILED, Status.EXPIRED])),
    )
    return Now(**counted)


def spending() -> list[Spending]:
    """All budgets in use; of one that each person has, those who have used most of it."""
    at = timezone.now().astimezone(UTC)
    budgets = Budget.objects.filter(is_active=True).select_related("group", "person")
    order = {scope: place for place, scope in enumerate(Scope.values)}
    ordered = sorted(budgets, key=lambda one: (order[one.scope], one.period, one.pk))
    return [each for budget in ordered for each in _spending(budget, at)]


def _spending(budget: Budget, at: datetime) -> list[Spending]:
    starts_on = budget.period_start(at)
    accounts = Account.objects.filter(budget=budget, starts_on=starts_on).select_related("holder")
    if budget.scope == Scope.EACH_PERSON:
        used = accounts.filter(Q(spent__gt=0) | Q(reserved__gt=0)).order_by("-spent", "pk")
        return [_stands(budget, each, str(each.holder)) for each in used[:MOST_PEOPLE]]
    made = accounts.filter(holder=None).first()
    return [_stands(budget, made or Account(starts_on=starts_on), str(budget.whose))]


def _stands(budget: Budget, account: Account, whose: str) -> Spending:
    account.budget = budget
    return Spending(
        whose=whose,
        period=budget.period,
        amount=budget.amount,
        spent=account.spent,
        reserved=account.reserved,
        left=max(budget.amount - account.used, Decimal(0)),
        resets_at=datetime.combine(account.resets_on, time(), UTC),
    )


def _calls(days: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(began_at__gte=_since(days))


def _since(days: int) -> datetime:
    first: date = timezone.now().astimezone(UTC).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), UTC)


def _label(outcome: str, trouble: str) -> str:
    if outcome == Outcome.LOST:
        return "The worker stopped before the end."
    return Trouble(trouble).label if trouble in Trouble else trouble
