"""How much may be spent, and how much is."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from aiqueries.admin.reading import Editable, Readable, person, refuse_as_service
from aiqueries.kinds import Scope
from aiqueries.models import Account, Budget, Debit
from aiqueries.selectors.money import with_standing
from aiqueries.services import budgets
from core.amounts import dollars

_BAR = (
    '<span role="progressbar" aria-valuenow="{}" aria-label="{} % used" '
    'class="inline-block w-32 h-2 rounded-default bg-base-200 dark:bg-base-700">'
    '<span class="block h-2 rounded-default bg-primary-600" style="width: {}%"></span></span> {} %'
)
_WHOSE = ("scope", "group", "person", "period")


class BudgetForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whose it is stays what it is once it is made."""

    class Meta:
        model = Budget
        fields = (*_WHOSE, "amount")
        labels = {"amount": "US dollars"}
        help_texts = {
            "person": "Their own budget stands in for the one that every person has.",
            "period": "Days and months are those of UTC.",
        }

    def _get_validation_exclusions(self) -> set[str]:
        """The model's constraints speak by their names; the use case says the same in words."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*exclude, *_WHOSE}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = dict(self.cleaned_data)
        said = {field: given.get(field, getattr(self.instance, field)) for field in _WHOSE}
        if not self.errors:
            refuse_as_service(self, budgets.check_budget, **said, amount=given["amount"])
        if not self.instance.pk and Budget.objects.filter(**said, is_active=True).exists():
            self.add_error(None, "There is such a budget already: change that one.")
        return given


@admin.register(Budget)
class BudgetAdmin(Editable, ModelAdmin):  # type: ignore[misc]
    form = BudgetForm
    list_display = ("whose", "period", "amount", "spent", "reserved", "left", "bar", "is_active")
    list_display_links = ("whose",)
    list_filter = ("is_active", "scope", "period")
    list_select_related = ("group", "person")
    search_fields = ("group__name", "person__name", "person__email")
    autocomplete_fields = ("person",)
    ordering = ("scope", "period", "pk")
    actions = ("close",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Budget]:
        return with_standing(super().get_queryset(request))

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return _WHOSE if obj else ()

    @admin.display(description="whose")
    def whose(self, budget: Budget) -> str:
        return budget.whose

    @admin.display(description="spent")
    def spent(self, budget: Any) -> str:
        return _of_fullest(budget, budget.spent_now)

    @admin.display(description="held back")
    def reserved(self, budget: Any) -> str:
        return _of_fullest(budget, budget.reserved_now)

    @admin.display(description="left")
    def left(self, budget: Any) -> str:
        left = budget.amount - budget.spent_now - budget.reserved_now
        return _of_fullest(budget, max(left, Decimal(0)), "least")

    @admin.display(description="used")
    def bar(self, budget: Any) -> SafeString:
        used = budget.spent_now + budget.reserved_now
        share = min(100, int(used * 100 / budget.amount)) if budget.amount else 100
        return format_html(_BAR, share, share, share, share)

    @admin.action(description="Close: limit nothing any more", permissions=["administer"])
    def close(self, request: HttpRequest, queryset: QuerySet[Budget]) -> None:
        chosen = list(queryset.filter(is_active=True).values_list("pk", flat=True))
        for budget_id in chosen:
            budgets.close_budget(budget_id=budget_id, actor=person(request))
        messages.success(request, f"Closed: {len(chosen)}.")

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        saved = budgets.set_budget(
            scope=obj.scope,
            period=obj.period,
            amount=obj.amount,
            group=obj.group,
            person=obj.person,
            actor=person(request),
        )
        obj.pk = saved.pk
        obj.refresh_from_db()


def _of_fullest(budget: Budget, amount: Decimal, which: str = "most") -> str:
    """A sum; where every person has an account, it is that of whoever used most."""
    if budget.scope == Scope.EACH_PERSON:
        return f"{dollars(amount)} ({which} of anybody)"
    return dollars(amount)


@admin.register(Account)
class AccountAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    """What each budget spent in each period."""

    list_display = (
        *("budget", "holder", "starts_on", "spent_of_it", "held_back", "warned_at"),
        "exhausted_at",
    )
    list_filter = ("budget__scope", "budget__period")
    list_select_related = ("budget__group", "budget__person", "holder")
    search_fields = ("holder__name", "holder__email", "budget__group__name")
    date_hierarchy = "starts_on"
    ordering = ("-starts_on", "-pk")

    @admin.display(description="spent", ordering="spent")
    def spent_of_it(self, account: Account) -> str:
        return f"{dollars(account.spent)} of {dollars(account.budget.amount)}"

    @admin.display(description="held back", ordering="reserved")
    def held_back(self, account: Account) -> str:
        return dollars(account.reserved)


@admin.register(Debit)
class DebitAdmin(Readable, ModelAdmin):  # type: ignore[misc]
    """What each query cost: one row, however many calls there were."""

    list_display = ("query_id", "owner", "cost", "held_back", "created_at", "settled_at")
    list_filter = (("settled_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("query__owner",)
    search_fields = ("query__owner__name", "query__owner__email")
    ordering = ("-created_at", "-pk")

    @admin.display(description="asked by")
    def owner(self, debit: Debit) -> str:
        return str(debit.query.owner or "The product")

    @admin.display(description="cost", ordering="amount")
    def cost(self, debit: Debit) -> str:
        return dollars(debit.amount)

    @admin.display(description="held back", ordering="reserved")
    def held_back(self, debit: Debit) -> str:
        return dollars(debit.reserved)
