"""Prices, budgets, and what queries cost. Money is in US dollars."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aiqueries.kinds import Period, Scope
from aiqueries.models.queries import Query


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
        whose = self.group or self.person or self.get_scope_display()
        return f"{whose}, {self.get_period_display().lower()}"


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


class Debit(models.Model):
    """
    What one query costs: first the highest it may come to, then what it came to.

    There is one for each query that was sent. `accounts` are those that bear it, locked in the
    order of their ids.
    """

    query = models.OneToOneField(Query, models.PROTECT, related_name="debit", primary_key=True)
    reserved = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    # Of calls that were made: what they cost, or may have cost where nobody knows.
    amount = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    accounts = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(reserved=0),
                name="aiqueries_settled_debits_hold_nothing_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.query_id}"
