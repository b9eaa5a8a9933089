"""What models cost. A correction is another row."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from aiqueries.admin.reading import AddOnly, person, refuse_as_service
from aiqueries.models import Price
from aiqueries.routes import models_on_offer
from aiqueries.selectors.money import with_validity
from aiqueries.services import budgets

_LABELS = {"valid": "success", "to come": "info", "past": "warning"}


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    provider = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Price
        fields = (
            *("provider", "model", "input_per_million", "output_per_million"),
            *("valid_from", "note"),
        )
        labels = {
            "input_per_million": "US dollars for a million tokens that are sent",
            "output_per_million": "US dollars for a million tokens that are answered",
        }
        help_texts = {
            "model": "As the provider calls it, such as gpt-5.4-mini.",
            "valid_from": "Left empty: from now on. What was paid already is not priced anew.",
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "valid_from" not in self.fields:  # one that is only shown
            return
        self.fields["valid_from"].required = False
        named = [(name, name) for name in sorted(settings.AI_PROVIDERS)]
        self.fields["provider"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = {**(super().clean() or {})}
        if not self.errors:
            refuse_as_service(self, budgets.check_price, **given)
        return given


@admin.register(Price)
class PriceAdmin(AddOnly, ModelAdmin):  # type: ignore[misc]
    form = PriceForm
    list_display = (
        *("route", "input_per_million", "output_per_million", "validity", "valid_from"),
        *("is_on_offer", "note", "created_by"),
    )
    list_filter = ("provider",)
    list_select_related = ("created_by",)
    search_fields = ("provider", "model", "note")
    ordering = ("provider", "model", "-valid_from", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return with_validity(super().get_queryset(request))

    @admin.display(description="model", ordering="model")
    def route(self, price: Price) -> str:
        return str(price)

    @display(description="counts", label=_LABELS)  # type: ignore[untyped-decorator]
    def validity(self, price: Any) -> tuple[str, str]:
        if price.is_to_come:
            return "to come", "To come"
        return ("past", "Superseded") if price.is_superseded else ("valid", "Now")

    @admin.display(description="on offer", boolean=True)
    def is_on_offer(self, price: Price) -> bool:
        return str(price) in models_on_offer()

    def save_model(self, request: HttpRequest, obj: Price, form: Any, change: bool) -> None:
        obj.pk = budgets.set_price(**form.cleaned_data, actor=person(request)).pk
        obj.refresh_from_db()
