from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from approvals import services
from approvals.admin.reading import person
from approvals.flaws import RULES
from approvals.models import ApprovalPolicy


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The policy as it stands, with the rules of item writing to tick."""

    flaws_off = forms.MultipleChoiceField(
        label="Rules switched off",
        required=False,
        choices=[
            (rule.name, f"{rule.name}: {Truncator(rule.sentence).words(10)}")
            for rule in RULES.values()
        ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Item-writing flaws that assessors are not shown for requests under this policy; "
        "docs/flaws.md explains them.",
    )

    class Meta:
        model = ApprovalPolicy
        fields = ("name", "description", "stages", "flaws_off", "is_active")


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ModelAdmin):  # type: ignore[misc]
    """
    The one thing here that is written by hand. Requests keep a copy, so that nothing under way
    changes; a policy is retired rather than deleted.
    """

    list_display = ("name", "description", "is_active", "updated_at")
    list_filter = ("is_active",)
    search_fields = ("name", "description")
    ordering = ("name",)
    form = PolicyForm
    fields = ("name", "description", "stages", "flaws_off", "is_active")

    def save_model(
        self, request: HttpRequest, obj: ApprovalPolicy, form: Any, change: bool
    ) -> None:
        services.save_policy(policy=obj, actor=person(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
