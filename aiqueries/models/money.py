"""Prices, budgets, and what queries cost. Money is in US dollars."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import User
from aiqueries.kinds import Period, Scope
from aiqueries.models.queries import Query

MILLION = 1_000_000
SMALLEST = Decimal("0.00000001")  # of a US dollar
# What a provider adds to the bytes it gets: roles, its chat template, a preamble of its own.
OVERHEAD = 256  # tokens


class PriceQuerySet(models.QuerySet["Price"]):
    def of(self, provider: str, model: str) -> "PriceQuerySet":
        return self.filter(provider=provider, model=model)

    def newest(self) -> "PriceQuerySet":
        """The one that counts first: what is valid from later, and of the same what came later."""
        return self.order_by("-valid_from", "-pk")

    def valid(self, provider: str, model: str, *, at: datetime) -> "Price | None":
        """What a model cost at that time, or None where nobody has said."""
        return self.of(provider, model).filter(valid_from__lte=at).newest().first()


class Price(models.Model):
    """
    What a model costs from a time on, in US dollars for a million tokens. Never changed.

    The newest row whose time has come counts; a correction is another row.
    """

    application_may: ClassVar = ("SELECT", "INSERT", "UPDATE (note)")

    provider = models.CharField(max_length=50)
    model = models.CharField(max_length=100)
    input_per_million = models.DecimalField(
        max_digits=12, decimal_places=6, validators=[MinValueValidator(0)]
    )
    output_per_million = models.DecimalField(
        max_digits=12, decimal_places=6, validators=[MinValueValidator(0)]
    )
    valid_from = models.DateTimeField(db_default=Now())
    note = models.CharField(max_length=200, blank=True, db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = PriceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["provider", "model", "-valid_from", "-id"], name="aiqueries_prices_newest"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(input_per_million__gte=0, output_per_million__gte=0),
                name="aiqueries_prices_are_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"

    @property
    def is_free(self) -> bool:
        return not self.input_per_million and not self.output_per_million

    def cost(self, *, input_tokens: int, output_tokens: int) -> Decimal:
        """What so many tokens cost."""
        return self._of_both(input_tokens, output_tokens).quantize(SMALLEST, ROUND_HALF_UP)

    def highest_cost(self, *, input_bytes: int, most_tokens: int) -> Decimal:
        """
        What a call may come to before anybody has counted tokens, rounded up.

        No tokenizer makes more tokens of a text than it has bytes in UTF-8: those that know no
        better fall back to one for each byte.
        """
        if self.is_free:
            return Decimal(0)
        return self._of_both(input_bytes + OVERHEAD, most_tokens).quantize(SMALLEST, ROUND_UP)

    def _of_both(self, input_tokens: int, output_tokens: int) -> Decimal:
        said, answered = self.input_per_million, self.output_per_million
        return (said * input_tokens + answered * output_tokens) / MILLION


class BudgetQuerySet(models.QuerySet["Budget"]):
    def bearing(self, owner_id: uuid.UUID | None) -> "BudgetQuerySet":
        """
        The budgets that this person's spending counts against; for nobody's, the whole's alone.

        A person's own budget stands in for the one that every person has for the same period.
        """
        active = self.filter(is_active=True)
        if owner_id is None:
            return active.filter(scope=Scope.WHOLE)
        own = Budget.objects.filter(person=owner_id, period=OuterRef("period"), is_active=True)
        return active.filter(
            Q(scope=Scope.WHOLE)
            | Q(person=owner_id)
            | Q(group__in=User.groups.through.objects.filter(user=owner_id).values("group"))
            | Q(~Exists(own), scope=Scope.EACH_PERSON)
        )


class Budget(models.Model):
    """How much may be spent on queries in a day or month, by whom."""

    scope = models.CharField(max_length=12, choices=Scope)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    period = models.CharField(max_length=5, choices=Period)
    amount = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=Scope.GROUP, group__isnull=False, person=None)
                | Q(scope=Scope.PERSON, group=None, person__isnull=False)
                | Q(scope__in=[Scope.WHOLE, Scope.EACH_PERSON], group=None, person=None),
                name="aiqueries_budgets_say_whose",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="aiqueries_budgets_are_not_negative"
            ),
            models.UniqueConstraint(
                fields=["scope", "period"],
                condition=Q(group=None, person=None),
                name="aiqueries_one_budget_for_all",
            ),
            models.UniqueConstraint(
                fields=["group", "period"],
                condition=Q(group__isnull=False),
                name="aiqueries_one_budget_a_group",
            ),
            models.UniqueConstraint(
                fields=["person", "period"],
                condition=Q(person__isnull=False),
                name="aiqueries_one_budget_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose}, {self.get_period_display().lower()}"

    @property
    def whose(self) -> str:
        """Whose it is, for people. Reads the group and the person it was fetched with."""
        return str(self.group or self.person or self.get_scope_display())

    def holder_for(self, owner_id: uuid.UUID | None) -> uuid.UUID | None:
        """Whose account of this budget a person's spending goes to; None for the only one."""
        return owner_id if self.scope == Scope.EACH_PERSON else None

    def period_start(self, at: datetime) -> date:
        """The first day of the period that this moment (UTC) is in."""
        return Period(self.period).start_of(at.date())


class AccountQuerySet(models.QuerySet["Account"]):
    def of(
        self, budgets: Iterable[Budget], owner_id: uuid.UUID | None, *, at: datetime
    ) -> "AccountQuerySet":
        """Where this person's spending at that time stands in these budgets, as far as made."""
        wanted = Q(pk__in=[])
        for budget in budgets:
            wanted |= Q(
                budget=budget,
                holder=budget.holder_for(owner_id),
                starts_on=budget.period_start(at),
            )
        return self.filter(wanted)

    def locked(self, ids: Iterable[int]) -> "list[Account]":
        """Those of these that are still there, with their budgets, locked in the order of ids."""
        ids = list(ids)
        if not ids:  # as for whatever is free; to say so takes a tenth of a query's time
            return []
        rows = self.select_related("budget__group", "budget__person").filter(pk__in=ids)
        return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


class Account(models.Model):
    """What one budget has spent and holds back in one period; `holder` where each has their own."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="accounts", db_index=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField()
    reserved = models.DecimalField(max_digits=16, decimal_places=8, default=0, db_default=0)
    spent = models.DecimalField(max_digits=16, decimal_places=8, default=0, db_default=0)
    # When somebody was told that little is left, and that nothing is.
    warned_at = models.DateTimeField(null=True, blank=True)
    exhausted_at = models.DateTimeField(null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "holder", "starts_on"],
                condition=Q(holder__isnull=False),
                name="aiqueries_one_account_a_holder",
            ),
            models.UniqueConstraint(
                fields=["budget", "starts_on"],
                condition=Q(holder=None),
                name="aiqueries_one_account_a_period",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, spent__gte=0),
                name="aiqueries_accounts_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} from {self.starts_on}"

    @property
    def used(self) -> Decimal:
        """What is spent, or may be by calls under way."""
        return self.spent + self.reserved

    @property
    def resets_on(self) -> date:
        """The day (UTC) on which the budget starts anew."""
        return Period(self.budget.period).next_start(self.starts_on)


class DebitQuerySet(models.QuerySet["Debit"]):
    def holding_nothing(self, query: Query) -> "DebitQuerySet":
        """The query's debit, if it is still open and nothing is held back."""
        return self.filter(query=query, settled_at=None, reserved=0)

    def locked(self, query: Query) -> "Debit | None":
        """The query's debit, locked; None where nothing was sent yet."""
        return self.select_for_update(of=("self",), no_key=True).filter(query=query).first()


class Debit(models.Model):
    """
    What one query costs: first the highest it may come to, then what it came to.

    There is one for each query that was sent. `accounts` are those that bear its last call, locked
    in the order of their ids.
    """

    query = models.OneToOneField(Query, models.PROTECT, related_name="debit", primary_key=True)
    reserved = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    # Of calls that were made: what they cost, or may have cost where nobody knows.
    amount = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    accounts = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DebitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(reserved=0),
                name="aiqueries_settled_debits_hold_nothing_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.query_id}"
