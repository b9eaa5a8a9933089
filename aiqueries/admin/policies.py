"""What may leave, and how long texts are kept: what is said now, and what was before."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from aiqueries.admin.reading import AddOnly, person
from aiqueries.models import SendingPolicy
from aiqueries.routes import is_outside
from aiqueries.selectors.sending import changes, current_policy, products_own, with_before
from aiqueries.services.keeping import set_sending_policy
from aiqueries.services.keeping.policies import LONGEST
from crm_sync.selectors import CONTEXT_FIELDS


class SendingPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    secure_to = forms.MultipleChoiceField(
        label="Secure questions may go to",
        help_text="Providers inside get them anyway. Without a tick none leaves.",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    customer_fields = forms.MultipleChoiceField(
        label="What may be said of customers",
        choices=list(CONTEXT_FIELDS.items()),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = SendingPolicy
        fields = ("secure_to", "customer_fields", "keep_text_days", "note")
        labels = {"keep_text_days": "Days that prompts and answers are kept as texts"}
        help_texts = {
            "keep_text_days": (
                "Then only their digests stay. With 0, texts go an hour after the answer, "
                "so that whoever asked can read it."
            )
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "keep_text_days" not in self.fields:  # one that is only shown
            return
        outside = [(name, name) for name in sorted(settings.AI_PROVIDERS) if is_outside(name)]
        self.fields["secure_to"].choices = outside  # type: ignore[attr-defined]
        self.fields["keep_text_days"].max_value = LONGEST  # type: ignore[attr-defined]

    def clean_keep_text_days(self) -> int:
        days: int = self.cleaned_data["keep_text_days"]
        if days > LONGEST:
            raise forms.ValidationError(f"Texts are kept for 0 to {LONGEST} days.")
        return days


@admin.register(SendingPolicy)
class SendingPolicyAdmin(AddOnly, ModelAdmin):  # type: ignore[misc]
    """The newest counts. The form begins with what counts now."""

    form = SendingPolicyForm
    list_display = ("created_at", "created_by", "what_changed", "keep_text_days", "note")
    list_select_related = ("created_by",)
    search_fields = ("note", "created_by__name", "created_by__email")
    ordering = ("-pk",)
    fields = ("secure_to", "customer_fields", "keep_text_days", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SendingPolicy]:
        return with_before(super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        more = ("created_at", "created_by", "what_changed") if obj else ()
        return (*self.fields, *more)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("created_at", "created_by", "what_changed") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now = current_policy()
        said = ("secure_to", "customer_fields", "keep_text_days")
        return {field: getattr(now, field) for field in said}

    @admin.display(description="what changed")
    def what_changed(self, policy: Any) -> SafeString | str:
        before = SendingPolicy(**policy.before) if policy.before else products_own()
        said = changes(policy, before)
        return format_html_join("", "<p>{}</p>", ((one,) for one in said)) or "Nothing"

    def save_model(self, request: HttpRequest, obj: SendingPolicy, form: Any, change: bool) -> None:
        obj.pk = set_sending_policy(**form.cleaned_data, actor=person(request)).pk
        obj.refresh_from_db()
